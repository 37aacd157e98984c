import { buildSchema, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createDocumentValidator } from './document-validation.ts';
import { COST_LIMITS } from './cost-limits.ts';

const errorsOf = createDocumentValidator({
  schema: buildSchema('type Query { one(of: Int): One } type One { two: Int }'),
  introspection: true,
  limits: COST_LIMITS,
});
const messages = (text: string) => errorsOf(parse(text)).map(({ message }) => message);

describe('the message of a validation error', () => {
  test.each(['{ one }', '{ on { two } }', '{ one { tow } }', '{ ...F } fragment F on Quey { one { two } }'])(
    'has no suggestion: %s',
    (text) => {
      const received = messages(text);
      expect(received.length).toBeGreaterThan(0);
      expect(received.join(' ')).not.toMatch(/Did you mean/);
    },
  );

  test.each(['Did you mean it?', ' Did you mean ', 'a? Did you mean b? '])(
    'quotes the value of the client unchanged: %j',
    (value) => {
      expect(messages(`{ one(of: "${value}") { two } }`)).toEqual([
        `Int cannot represent non-integer value: "${value}"`,
      ]);
    },
  );

  // With a backtracking regular expression, this takes 15 s.
  // covers: HTTP-05
  test('is created in time linear in the length of the quoted value', () => {
    const value = ' Did you mean '.repeat(30_000);
    expect(messages(`{ one(of: "${value}") { two } }`)).toHaveLength(1);
  });
});

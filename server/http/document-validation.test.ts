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

describe('what is wrong with a document', () => {
  test.each(['{ one }', '{ on { two } }', '{ one { tow } }', '{ ...F } fragment F on Quey { one { two } }'])(
    'is said without what would be right: %s',
    (text) => {
      const said = messages(text);
      expect(said.length).toBeGreaterThan(0);
      expect(said.join(' ')).not.toMatch(/Did you mean/);
    },
  );

  test.each(['Did you mean it?', ' Did you mean ', 'a? Did you mean b? '])(
    'repeats what was written as it was written: %j',
    (written) => {
      expect(messages(`{ one(of: "${written}") { two } }`)).toEqual([
        `Int cannot represent non-integer value: "${written}"`,
      ]);
    },
  );

  // With a regular expression that tries anew at each of these, this takes a quarter of a minute.
  // covers: HTTP-05
  test('is found in time that grows with what is written, and not with its square', () => {
    const written = ' Did you mean '.repeat(30_000);
    expect(messages(`{ one(of: "${written}") { two } }`)).toHaveLength(1);
  });
});

import { extendSchema, parse, Source } from 'graphql';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestApi } from '../test/support/test-api.ts';
import { type SeededFixture, createSeededFixture } from '../test/support/seeded-fixture.ts';
import { executableSchema } from './executable-schema.ts';

vi.mock('./executable-schema.ts', { spy: true });

let there: SeededFixture;
beforeAll(async () => {
  there = await createSeededFixture();
});
afterAll(() => there.end());

/** Starts the app with something added to the contract, as if by one more file in `schema/`. */
async function startWith(addition: string): Promise<string> {
  const extended = extendSchema(executableSchema(), parse(new Source(addition, 'schema/added.graphql')));
  vi.mocked(executableSchema).mockReturnValueOnce(extended);
  try {
    await (await startTestApi(there.source)).close();
    return 'started';
  } catch (error) {
    return String(error);
  }
}

describe('the app starts', () => {
  test('on the contract as it is', async () => {
    expect(await startWith('extend type Query { more: Int @auth }')).toBe('started');
  });
});

describe('the app does not start, and says where and what to write, when', () => {
  // covers: ACCESS-01
  test('one field is unjudged', async () => {
    const why = await startWith('\n\nextend type Query { leak: Int }');
    expect(why).toMatch(/^AccessPolicyError: The schema is not a complete access policy \(one problem\):/);
    expect(why).toContain('schema/added.graphql:3 Query.leak: ');
    expect(why).toMatch(/fix: .*@(public|auth|owner)/);
  });

  test.each([
    ['a type has no judgement', 'type Leak { secret: String } extend type Query { leak: Leak @auth }', 'Leak.secret'],
    [
      'a directive is misspelt',
      'directive @isOwner on FIELD_DEFINITION extend type Query { leak: Int @isOwner }',
      'Query.leak',
    ],
    ['there is a subscription', 'extend schema { subscription: S } type S { leak: Int @auth }', 'S'],
    ['a role is none', 'extend type Query { leak: Int @auth(roles: []) }', 'Query.leak'],
  ])('%s', async (_, addition, coordinate) => {
    const why = await startWith(addition);
    expect(why).toMatch(/^AccessPolicyError: /);
    expect(why).toContain(`schema/added.graphql:1 ${coordinate}`);
  });

  test('several are: all are named at once', async () => {
    const why = await startWith('extend type Query { one: Int }\nextend type Mutation { two: Int }');
    expect(why).toContain('schema/added.graphql:1 Query.one');
    expect(why).toContain('schema/added.graphql:2 Mutation.two');
  });
});

import { extendSchema, parse, Source } from 'graphql';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestApi } from '../test/support/test-api.ts';
import { type SeededFixture, createSeededFixture } from '../test/support/seeded-fixture.ts';
import { executableSchema } from './executable-schema.ts';

vi.mock('./executable-schema.ts', { spy: true });

let fixture: SeededFixture;
beforeAll(async () => {
  fixture = await createSeededFixture();
});
afterAll(() => fixture.end());

/** Starts the app with an addition to the schema, as if by another file in `schema/`; returns `started` or the error. */
async function startWith(addition: string): Promise<string> {
  const extended = extendSchema(executableSchema(), parse(new Source(addition, 'schema/added.graphql')));
  vi.mocked(executableSchema).mockReturnValueOnce(extended);
  try {
    await (await startTestApi(fixture.source)).close();
    return 'started';
  } catch (error) {
    return String(error);
  }
}

describe('createApp starts', () => {
  test('with an added field that has an access rule', async () => {
    expect(await startWith('extend type Query { more: Int @auth }')).toBe('started');
  });
});

test('a plugin of Apollo Server sees every operation, also one that came before', async () => {
  const seen: unknown[] = [];
  const api = await startTestApi(fixture.source, 'on', {
    apolloPlugins: [{ requestDidStart: async ({ request }) => void seen.push(request.query) }],
  });
  const sent = ['{ __typename }', '{ __typename }', '{ me { id } }', '{ __typename }'];
  for (const query of sent) await api.execute(query);
  await api.close();
  expect(seen).toEqual(sent);
});

describe('createApp fails with the source location and a fix if', () => {
  // covers: ACCESS-01
  test('a field has no access rule', async () => {
    const message = await startWith('\n\nextend type Query { leak: Int }');
    expect(message).toMatch(/^AccessPolicyError: The schema is not a complete access policy \(one problem\):/);
    expect(message).toContain('schema/added.graphql:3 Query.leak: ');
    expect(message).toMatch(/fix: .*@(public|auth|owner)/);
  });

  test.each([
    ['a type has no access rule', 'type Leak { secret: String } extend type Query { leak: Leak @auth }', 'Leak.secret'],
    [
      'a directive is misspelt',
      'directive @isOwner on FIELD_DEFINITION extend type Query { leak: Int @isOwner }',
      'Query.leak',
    ],
    ['there is a subscription', 'extend schema { subscription: S } type S { leak: Int @auth }', 'S'],
    ['a list of roles is empty', 'extend type Query { leak: Int @auth(roles: []) }', 'Query.leak'],
  ])('%s', async (_, addition, coordinate) => {
    const message = await startWith(addition);
    expect(message).toMatch(/^AccessPolicyError: /);
    expect(message).toContain(`schema/added.graphql:1 ${coordinate}`);
  });

  test('several fields have no access rule: it lists all of them', async () => {
    const message = await startWith('extend type Query { one: Int }\nextend type Mutation { two: Int }');
    expect(message).toContain('schema/added.graphql:1 Query.one');
    expect(message).toContain('schema/added.graphql:2 Mutation.two');
  });
});

import { execute, type GraphQLObjectType, parse, Source, versionInfo } from 'graphql';
import { describe, expect, test } from 'vitest';
import type { AccessViewer } from './access-viewer.ts';
import { checkSchema } from './check-schema.ts';
import { accessDirectiveSdl } from './directives.ts';
import { AccessBreach, guardSchema, isOwnedBy } from './guard.ts';
import { loadSchema } from './load-schema.ts';
import type { OwnerRule } from './rule.ts';

const SDL = `
  ${accessDirectiveSdl}
  enum Role { USER }
  type Query @auth { things: [Thing] node: Node plain: Plain holder: Holder__ }
  interface Node { id: ID! @auth }
  interface Plain { id: ID! @auth }
  type Thing implements Node @owner { id: ID! userId: ID! }
  type Free implements Plain @auth { id: ID! }
  type Holder__ @auth { thing: Thing }
`;
const ada: AccessViewer = { userId: 'ada', roles: [], authTime: 0, emailVerified: true };
const foreign = { id: '1', userId: 'ben' };

/** Executes a query for Ada on resolvers that return these values. */
async function run(text: string, rootValue: object, typeName: string | null = 'Thing') {
  const schema = loadSchema([new Source(SDL)]);
  Object.assign(schema.getType('Node') as object, { resolveType: () => typeName ?? undefined });
  (schema.getType('Free') as GraphQLObjectType).isTypeOf = () => true;
  const breaches: AccessBreach[] = [];
  guardSchema<AccessViewer>(checkSchema(schema), {
    viewerOf: (context) => context,
    onBreach: (breach) => void breaches.push(breach),
  });
  const { data, errors = [] } = await execute({ schema, document: parse(text), rootValue, contextValue: ada });
  return { data, errors, breaches };
}

describe('the guard', () => {
  test.each<[string, unknown]>([
    ['an object', foreign],
    ['a string', 'text'],
  ])('reports %s in place of a list of owned objects', async (_, value) => {
    const { breaches, data } = await run('{ things { id } }', { things: value });
    expect(breaches.map(({ coordinate }) => coordinate)).toEqual(['Query.things']);
    expect(data).toEqual({ things: null });
  });

  /** An async iterable; with an owner field of its own, as a row that is not a list could have. */
  function asyncListOf(items: readonly unknown[], more: object = {}): AsyncIterable<unknown> {
    const read = async function* read() {
      yield* items;
    };
    return Object.assign(read(), more);
  }
  const own = { id: '2', userId: 'ada' };

  // covers: ENGINE-06
  test.each<[string, unknown]>([
    ['as its first object', asyncListOf([foreign, own])],
    ['as its last object', asyncListOf([own, foreign])],
    ['as a promise', asyncListOf([own, Promise.resolve(foreign)])],
    ['if the iterable itself has the viewer as its owner', asyncListOf([foreign], { userId: 'ada' })],
    ['if a promise returned it', Promise.resolve(asyncListOf([foreign]))],
  ])('returns no object of another user in an async iterable, %s', async (_, things) => {
    const { breaches, data, errors } = await run('{ things { id } }', { things });
    expect(data).toEqual({ things: null });
    // graphql 16 reads no async iterable.
    expect(breaches).toHaveLength(versionInfo.major === 17 ? 1 : 0);
    expect(errors).toHaveLength(1);
  });

  test.runIf(versionInfo.major === 17)('returns the viewer’s objects in an async iterable', async () => {
    const { breaches, data, errors } = await run('{ things { id } }', { things: asyncListOf([own, null, own]) });
    expect([errors, breaches]).toEqual([[], []]);
    expect(data).toEqual({ things: [{ id: '2' }, null, { id: '2' }] });
  });

  test('reports an async iterable in place of one owned object', async () => {
    const { breaches } = await run('{ holder { thing { id } } }', { holder: { thing: asyncListOf([own]) } });
    expect(breaches.map(({ coordinate }) => coordinate)).toEqual(['Holder__.thing']);
  });

  test('reports the field through which an interface returned another user’s object', async () => {
    const { breaches } = await run('{ node { id } }', { node: foreign });
    expect(breaches).toMatchObject([{ coordinate: 'Query.node', ownerId: 'ben', viewerId: 'ada' }]);
  });

  test('leaves it to graphql to reject an interface that names no type', async () => {
    const { errors } = await run('{ node { id } }', { node: foreign }, null);
    expect(errors.map(({ message }) => message)).toEqual([expect.stringContaining('must resolve to an Object type')]);
  });

  test('leaves an interface without owned types and without `resolveType` as it is', async () => {
    expect(await run('{ plain { id } }', { plain: { id: '2' } })).toMatchObject({
      data: { plain: { id: '2' } },
      errors: [],
    });
  });

  test('guards the fields of a type whose name ends with two underscores', async () => {
    const { breaches } = await run('{ holder { thing { id } } }', { holder: { thing: foreign } });
    expect(breaches.map(({ coordinate }) => coordinate)).toEqual(['Holder__.thing']);
  });

  test('reports no owner for an object whose owner is not a string', async () => {
    const { breaches } = await run('{ holder { thing { id } } }', { holder: { thing: { id: '1', userId: 7 } } });
    expect(breaches.map(({ ownerId }) => ownerId)).toEqual([null]);
  });
});

test('an AccessBreach names itself and its coordinate', () => {
  const breach = new AccessBreach('Query.thing', 'ben', 'ada');
  expect(breach.name).toBe('AccessBreach');
  expect(breach.message).toContain('Query.thing');
});

describe('isOwnedBy', () => {
  const rule = (field: string | null): OwnerRule => ({
    kind: 'owner',
    coordinate: 'T',
    location: null,
    field,
    orRoles: [],
  });

  test('refuses null', () => {
    expect(isOwnedBy([rule('userId')], null, ada)).toBe(false);
  });

  test('refuses every object for a rule that names no field', () => {
    expect(isOwnedBy([rule(null)], { null: 'ada' }, ada)).toBe(false);
  });
});

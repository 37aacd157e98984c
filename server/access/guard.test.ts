import { execute, type GraphQLSchema, isObjectType, parse } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { checkSchema } from './check-schema.ts';
import { AccessBreach, guardSchema } from './guard.ts';
import { ada, ben, createTestSchema } from './test-harness.ts';
import { awaitable } from './properties/random-data.ts';
import type { AccessViewer } from './access-viewer.ts';

const SDL = `
  type Query @auth {
    thing: Thing! things: [Thing] grid: [[Thing!]] list: ThingList node: Node any: Anything anys: [Anything] nodes: [[Node]]
    shared: Shared profile: Profile named: Named
  }
  type Mutation @auth { make: Thing }
  interface Node { id: ID! @auth }
  interface Named @owner(field: "by") { by: ID! }
  type Thing implements Node @owner { id: ID! userId: ID! next: Thing }
  type ThingList @auth { nodes: [Thing!]! }
  type Free implements Node @auth { id: ID! }
  type Shared @owner(orRoles: [ADMIN]) { userId: ID }
  type Profile @auth { id: ID! name: String email: String @owner(field: "id") }
  type Doubly implements Named @owner { by: ID! userId: ID! }
  union Anything = Thing | Free
`;

/** Executes a query whose root fields have these values; returns the result and the reported breaches. */
async function run(text: string, root: Record<string, unknown>, viewer: AccessViewer | null = ada) {
  const schema: GraphQLSchema = createTestSchema(SDL);
  for (const type of [schema.getQueryType(), schema.getMutationType()])
    for (const field of Object.values(isObjectType(type) ? type.getFields() : {}))
      field.resolve = () =>
        typeof root[field.name] === 'function' ? (root[field.name] as () => unknown)() : root[field.name];
  const breaches: AccessBreach[] = [];
  guardSchema<AccessViewer | null>(checkSchema(schema), {
    viewerOf: (context) => context,
    onBreach: (breach) => void breaches.push(breach),
  });
  const { data, errors = [] } = await execute({ schema, document: parse(text), contextValue: viewer });
  return { data, breaches, rang: errors.some(({ originalError }) => originalError instanceof AccessBreach), errors };
}

const own = { __typename: 'Thing', id: '1', userId: 'ada' };
const foreign = { __typename: 'Thing', id: 'SECRET', userId: 'ben' };
const free = { __typename: 'Free', id: '2' };

/** Returns an object with a `then` method that is not a Promise. */
function thenable(value: unknown): unknown {
  // oxlint-disable-next-line unicorn/no-thenable -- graphql-js awaits what has a `then`, so the guard is shown one
  return { then: (resolve: (settled: unknown) => void) => resolve(value) };
}

function* oneShot(...values: unknown[]) {
  yield* values;
}

describe('guardSchema and objects of the viewer', () => {
  test.each<[string, string, Record<string, unknown>, unknown]>([
    ['by a field', '{ thing { id } }', { thing: own }, { thing: { id: '1' } }],
    ['promised', '{ thing { id } }', { thing: () => Promise.resolve(own) }, { thing: { id: '1' } }],
    ['as a thenable object', '{ thing { id } }', { thing: () => thenable(own) }, { thing: { id: '1' } }],
    ['as a thenable function', '{ thing { id } }', { thing: () => awaitable(own) }, { thing: { id: '1' } }],
    ['in a list', '{ things { id } }', { things: [own, null, own] }, { things: [{ id: '1' }, null, { id: '1' }] }],
    ['in a promised list', '{ things { id } }', { things: async () => [own] }, { things: [{ id: '1' }] }],
    ['in a list of promises', '{ things { id } }', { things: [Promise.resolve(own)] }, { things: [{ id: '1' }] }],
    [
      'in a list of lists',
      '{ grid { id } }',
      { grid: [[own], [own, own]] },
      { grid: [[{ id: '1' }], [{ id: '1' }, { id: '1' }]] },
    ],
    ['in a set', '{ things { id } }', { things: new Set([own]) }, { things: [{ id: '1' }] }],
    [
      'from an iterator that can be read once',
      '{ things { id } }',
      { things: () => oneShot(own, own) },
      { things: [{ id: '1' }, { id: '1' }] },
    ],
    [
      'inside another object',
      '{ list { nodes { id } } }',
      { list: { nodes: [own] } },
      { list: { nodes: [{ id: '1' }] } },
    ],
    ['as an interface', '{ node { id } }', { node: own }, { node: { id: '1' } }],
    ['as a member of a union', '{ any { ... on Thing { id } } }', { any: own }, { any: { id: '1' } }],
    [
      'with an object of a type without an owner',
      '{ anys { __typename } }',
      { anys: [own, free] },
      { anys: [{ __typename: 'Thing' }, { __typename: 'Free' }] },
    ],
    ['or null', '{ node { id } things { id } }', { node: null, things: null }, { node: null, things: null }],
  ])('returns an owned object to its owner %s', async (_, text, root, expected) => {
    const { data, breaches } = await run(text, root);
    expect(structuredClone(data)).toEqual(expected);
    expect(breaches).toEqual([]);
  });
});

// covers: ACCESS-14
describe('guardSchema and foreign objects', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['by a field', '{ thing { id } }', { thing: foreign }],
    ['promised', '{ thing { id } }', { thing: () => Promise.resolve(foreign) }],
    ['last in a list', '{ things { id } }', { things: [own, own, foreign] }],
    ['in a promised list', '{ things { id } }', { things: async () => [foreign] }],
    ['in a list of promises', '{ things { id } }', { things: [own, Promise.resolve(foreign)] }],
    ['in a list of lists', '{ grid { id } }', { grid: [[own], [foreign]] }],
    ['in a set', '{ things { id } }', { things: new Set([own, foreign]) }],
    ['from an iterator that can be read once', '{ things { id } }', { things: () => oneShot(own, foreign) }],
    ['inside another object', '{ list { nodes { id } } }', { list: { nodes: [foreign] } }],
    ['in an object of the viewer', '{ thing { next { id } } }', { thing: { ...own, next: foreign } }],
    ['as a thenable object', '{ thing { id } }', { thing: () => thenable(foreign) }],
    ['as a thenable function', '{ thing { id } }', { thing: () => awaitable(foreign) }],
    ['as a promise of a thenable', '{ things { id } }', { things: async () => [awaitable(thenable(foreign))] }],
    ['as an interface', '{ node { id } }', { node: foreign }],
    ['as an interface in a list of lists', '{ nodes { id } }', { nodes: [[free], [foreign]] }],
    ['as a member of a union', '{ any { ... on Thing { id } } }', { any: foreign }],
    ['promised as a member of a union', '{ any { ... on Thing { id } } }', { any: async () => foreign }],
    [
      'as an interface whose resolveType returns a promise',
      '{ node { id } }',
      { node: { ...foreign, __typename: Promise.resolve('Thing') } },
    ],
    ['if only `__typename` is selected', '{ thing { __typename } }', { thing: foreign }],
    [
      'under an alias, with an object of the viewer',
      '{ a: thing { id } things { id } }',
      { thing: foreign, things: [own] },
    ],
    ['as the result of a mutation', 'mutation { make { id } }', { make: foreign }],
    ['without an owner property', '{ thing { id } }', { thing: { id: 'SECRET' } }],
    ['with null for an owner', '{ thing { id } }', { thing: { ...foreign, userId: null } }],
    ['with an array for an owner', '{ thing { id } }', { thing: { ...foreign, userId: ['ada'] } }],
    ['with a promise for an owner', '{ thing { id } }', { thing: { ...foreign, userId: Promise.resolve('ada') } }],
    ['with an owner id that has a trailing blank', '{ thing { id } }', { thing: { ...foreign, userId: 'ada ' } }],
    [
      'of which the viewer is the interface’s owner but not the type’s',
      '{ named { by } }',
      { named: { __typename: 'Doubly', by: 'ada', userId: 'ben' } },
    ],
    [
      'of which the viewer is the type’s owner but not the interface’s',
      '{ named { by } }',
      { named: { __typename: 'Doubly', by: 'ben', userId: 'ada' } },
    ],
  ])('reports a breach for a foreign object %s', async (_, text, root) => {
    const { data, breaches, rang } = await run(text, root);
    expect(rang).toBe(true);
    expect(breaches).toHaveLength(1);
    expect(JSON.stringify(data ?? null)).not.toContain('SECRET');
  });

  test('reports a breach with the coordinate and the ids of owner and viewer', async () => {
    const { breaches } = await run('{ list { nodes { id } } }', { list: { nodes: [foreign] } });
    expect(breaches).toMatchObject([{ coordinate: 'ThingList.nodes', ownerId: 'ben', viewerId: 'ada' }]);
  });

  test.each([
    ['of another user', foreign, 'A resolver returned an object that the viewer does not own: Query.thing.'],
    [
      'with another property for the owner',
      { id: '1', user_id: 'ada' },
      'A resolver returned an object without an owner: Query.thing. The property that @owner names is not a string.',
    ],
    [
      'with a number for the owner',
      { ...own, userId: 5 },
      'A resolver returned an object without an owner: Query.thing. The property that @owner names is not a string.',
    ],
  ])('says what is wrong with an object %s', async (_, thing, message) => {
    expect((await run('{ thing { id } }', { thing })).breaches.map((breach) => breach.message)).toEqual([message]);
  });

  test('reports a breach for an anonymous request, even if the object’s owner is null', async () => {
    expect((await run('{ thing { id } }', { thing: own }, null)).rang).toBe(true);
    expect((await run('{ thing { id } }', { thing: { ...own, userId: null } }, null)).rang).toBe(true);
  });

  test('reports a breach even if onBreach throws, and keeps its error as the cause', async () => {
    const schema = createTestSchema(SDL);
    guardSchema<AccessViewer>(checkSchema(schema), {
      viewerOf: (context) => context,
      onBreach: () => {
        throw new Error('the log is full');
      },
    });
    const { data, errors } = await execute({
      schema,
      document: parse('{ any { ... on Thing { id } } }'),
      rootValue: { any: foreign },
      contextValue: ada,
    });
    expect(data).toEqual({ any: null });
    const [breach] = (errors ?? []).map(({ originalError }) => originalError);
    expect(breach).toBeInstanceOf(AccessBreach);
    expect(breach?.cause).toEqual(new Error('the log is full'));
  });

  test('reports a breach in a list that fails early, without an unhandled rejection', async () => {
    const unheard = vi.fn();
    process.on('unhandledRejection', unheard);
    const { breaches } = await run('{ things { id } }', { things: [Promise.resolve(foreign), foreign] });
    // Node reports unhandled rejections after the microtask queue is empty.
    await vi.waitUntil(() => breaches.length === 2);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unheard);
    expect(unheard).not.toHaveBeenCalled();
  });

  test.each<[string, () => readonly unknown[]]>([
    ['a list', () => [foreign, Promise.reject(new Error('the next row failed'))]],
    ['a list of lists', () => [[foreign], [Promise.reject(new Error('the next row failed'))]]],
  ])('leaves no rejection of a row unhandled after a foreign one, in %s', async (kind, rows) => {
    const unheard = vi.fn();
    process.on('unhandledRejection', unheard);
    const { rang } = await run(kind === 'a list' ? '{ things { id } }' : '{ grid { id } }', {
      things: rows,
      grid: rows,
    });
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unheard);
    expect(rang).toBe(true);
    expect(unheard).not.toHaveBeenCalled();
  });

  test('reports each foreign object of a list, also after the first', async () => {
    const { breaches } = await run('{ things { id } }', { things: [own, foreign, own, foreign] });
    expect(breaches).toHaveLength(2);
  });

  test('reports a breach if the object is a function, whatever its properties are', async () => {
    expect((await run('{ thing { id } }', { thing: () => Object.assign(() => own, own) })).rang).toBe(true);
  });

  test('reports a breach if the object is iterable', async () => {
    for (const row of [Object.assign([], foreign), Object.assign(new Map(), foreign)]) {
      expect((await run('{ thing { id } }', { thing: row })).rang).toBe(true);
      expect((await run('{ things { id } }', { things: [row] })).rang).toBe(true);
      const ownRow = Object.assign(row, { userId: 'ada' });
      expect((await run('{ thing { id } }', { thing: ownRow })).rang).toBe(false);
    }
  });

  test('passes through an error that a resolver returns', async () => {
    const { rang, errors } = await run('{ things { id } }', { things: [new Error('the cause')] });
    expect(rang).toBe(false);
    expect(errors.map(({ message }) => message)).toEqual(['the cause']);
  });

  test('passes through an error that a resolver throws', async () => {
    const { rang, errors } = await run('{ node { id } }', { node: new Error('the cause') });
    expect(rang).toBe(false);
    expect(errors.map(({ message }) => message)).toEqual(['the cause']);
  });
});

describe('guardSchema with orRoles', () => {
  test('returns objects of other owners, and without an owner, to a role of orRoles', async () => {
    const admin = { ...ada, roles: ['ADMIN'] };
    for (const userId of ['ada', 'ben', null])
      expect((await run('{ shared { userId } }', { shared: { userId } }, admin)).data).toEqual({ shared: { userId } });
    expect((await run('{ shared { userId } }', { shared: { userId: 'ben' } }, ada)).rang).toBe(true);
    expect((await run('{ shared { userId } }', { shared: { userId: null } }, ada)).rang).toBe(true);
  });
});

describe('guardSchema with @owner on a field', () => {
  const root = { profile: { id: 'ada', name: 'Ada', email: 'ada@example.org' } };

  test('returns a field with @owner to the owner', async () => {
    expect((await run('{ profile { name email } }', root)).data).toEqual({
      profile: { name: 'Ada', email: 'ada@example.org' },
    });
  });
  test('nulls a field with @owner for other viewers without reporting a breach', async () => {
    const { data, breaches, errors } = await run('{ profile { name email } }', root, ben);
    expect(data).toEqual({ profile: { name: 'Ada', email: null } });
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: 'FORBIDDEN', coordinate: 'Profile.email' }]);
    expect(breaches).toEqual([]);
  });
  test('does not call the resolver of a field with @owner for other viewers', async () => {
    let calls = 0;
    const email = () => `${++calls}@example.org`;
    await run('{ profile { email } }', { profile: { ...root.profile, email } }, ben);
    expect(calls).toBe(0);
    await run('{ profile { email } }', { profile: { ...root.profile, email } });
    expect(calls).toBe(1);
  });
});

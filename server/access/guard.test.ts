import { execute, type GraphQLSchema, isObjectType, parse } from 'graphql';
import { describe, expect, test, vi } from 'vitest';
import { checkSchema } from './check-schema.ts';
import { AccessBreach, guardSchema } from './guard.ts';
import { ada, ben, createTestSchema } from './testing/harness.ts';
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

/** Runs a query whose root fields have these values, and tells what left and what rang. */
async function ask(text: string, root: Record<string, unknown>, viewer: AccessViewer | null = ada) {
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

/** An object that is awaited although it is no Promise. */
function later(value: unknown): unknown {
  // oxlint-disable-next-line unicorn/no-thenable -- graphql-js awaits what has a `then`, so the guard is shown one
  return { then: (resolve: (settled: unknown) => void) => resolve(value) };
}

function* oneShot(...values: unknown[]) {
  yield* values;
}

describe('an owned object leaves for its owner', () => {
  test.each<[string, string, Record<string, unknown>, unknown]>([
    ['by a field', '{ thing { id } }', { thing: own }, { thing: { id: '1' } }],
    ['promised', '{ thing { id } }', { thing: () => Promise.resolve(own) }, { thing: { id: '1' } }],
    ['behind an object that can be awaited', '{ thing { id } }', { thing: () => later(own) }, { thing: { id: '1' } }],
    [
      'behind a function that can be awaited',
      '{ thing { id } }',
      { thing: () => awaitable(own) },
      { thing: { id: '1' } },
    ],
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
      'beside one that nobody owns',
      '{ anys { __typename } }',
      { anys: [own, free] },
      { anys: [{ __typename: 'Thing' }, { __typename: 'Free' }] },
    ],
    ['or is not there', '{ node { id } things { id } }', { node: null, things: null }, { node: null, things: null }],
  ])('%s', async (_, text, root, expected) => {
    const { data, breaches } = await ask(text, root);
    expect(structuredClone(data)).toEqual(expected);
    expect(breaches).toEqual([]);
  });
});

// covers: ACCESS-14
describe('a foreign object is stopped and the alarm rings', () => {
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
    ['reached from an own one', '{ thing { next { id } } }', { thing: { ...own, next: foreign } }],
    ['behind an object that can be awaited', '{ thing { id } }', { thing: () => later(foreign) }],
    ['behind a function that can be awaited', '{ thing { id } }', { thing: () => awaitable(foreign) }],
    ['behind a promise that answers one', '{ things { id } }', { things: async () => [awaitable(later(foreign))] }],
    ['as an interface', '{ node { id } }', { node: foreign }],
    ['as an interface in a list of lists', '{ nodes { id } }', { nodes: [[free], [foreign]] }],
    ['as a member of a union', '{ any { ... on Thing { id } } }', { any: foreign }],
    ['promised as a member of a union', '{ any { ... on Thing { id } } }', { any: async () => foreign }],
    [
      'as an interface whose type is told later',
      '{ node { id } }',
      { node: { ...foreign, __typename: Promise.resolve('Thing') } },
    ],
    ['when only its type’s name is asked for', '{ thing { __typename } }', { thing: foreign }],
    ['under an alias, beside an own one', '{ a: thing { id } things { id } }', { thing: foreign, things: [own] }],
    ['as what a mutation made', 'mutation { make { id } }', { make: foreign }],
    ['without a word on its owner', '{ thing { id } }', { thing: { id: 'SECRET' } }],
    ['with an owner who is null', '{ thing { id } }', { thing: { ...foreign, userId: null } }],
    ['with an owner who is no text', '{ thing { id } }', { thing: { ...foreign, userId: ['ada'] } }],
    ['with an owner who is a promise', '{ thing { id } }', { thing: { ...foreign, userId: Promise.resolve('ada') } }],
    ['with an owner who is almost the viewer', '{ thing { id } }', { thing: { ...foreign, userId: 'ada ' } }],
    [
      'where the interface’s owner is the viewer and the type’s is not',
      '{ named { by } }',
      { named: { __typename: 'Doubly', by: 'ada', userId: 'ben' } },
    ],
    [
      'where the type’s owner is the viewer and the interface’s is not',
      '{ named { by } }',
      { named: { __typename: 'Doubly', by: 'ben', userId: 'ada' } },
    ],
  ])('%s', async (_, text, root) => {
    const { data, breaches, rang } = await ask(text, root);
    expect(rang).toBe(true);
    expect(breaches).toHaveLength(1);
    expect(JSON.stringify(data ?? null)).not.toContain('SECRET');
  });

  test('with its coordinate and both ids', async () => {
    const { breaches } = await ask('{ list { nodes { id } } }', { list: { nodes: [foreign] } });
    expect(breaches).toMatchObject([{ coordinate: 'ThingList.nodes', ownerId: 'ben', viewerId: 'ada' }]);
  });

  test('also for nobody, even where the object has nobody for an owner', async () => {
    expect((await ask('{ thing { id } }', { thing: own }, null)).rang).toBe(true);
    expect((await ask('{ thing { id } }', { thing: { ...own, userId: null } }, null)).rang).toBe(true);
  });

  test('even when nobody can hear of it', async () => {
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

  test('in a list that ends at once, and no rejection is left unheard', async () => {
    const unheard = vi.fn();
    process.on('unhandledRejection', unheard);
    const { breaches } = await ask('{ things { id } }', { things: [Promise.resolve(foreign), foreign] });
    // Node reports unheard rejections when the microtasks of a turn are done.
    await vi.waitUntil(() => breaches.length === 2);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', unheard);
    expect(unheard).not.toHaveBeenCalled();
  });

  test('also where the object is a function, whatever its properties say', async () => {
    expect((await ask('{ thing { id } }', { thing: () => Object.assign(() => own, own) })).rang).toBe(true);
  });

  test('also where the object can be iterated', async () => {
    for (const row of [Object.assign([], foreign), Object.assign(new Map(), foreign)]) {
      expect((await ask('{ thing { id } }', { thing: row })).rang).toBe(true);
      expect((await ask('{ things { id } }', { things: [row] })).rang).toBe(true);
      const ownRow = Object.assign(row, { userId: 'ada' });
      expect((await ask('{ thing { id } }', { thing: ownRow })).rang).toBe(false);
    }
  });

  test('and an error that a resolver returns for an owned object stays that error', async () => {
    const { rang, errors } = await ask('{ things { id } }', { things: [new Error('the cause')] });
    expect(rang).toBe(false);
    expect(errors.map(({ message }) => message)).toEqual(['the cause']);
  });

  test('and what went wrong on the way stays what it was', async () => {
    const { rang, errors } = await ask('{ node { id } }', { node: new Error('the cause') });
    expect(rang).toBe(false);
    expect(errors.map(({ message }) => message)).toEqual(['the cause']);
  });
});

describe('orRoles', () => {
  test('lets the role see what others own, and what nobody owns', async () => {
    const admin = { ...ada, roles: ['ADMIN'] };
    for (const userId of ['ada', 'ben', null])
      expect((await ask('{ shared { userId } }', { shared: { userId } }, admin)).data).toEqual({ shared: { userId } });
    expect((await ask('{ shared { userId } }', { shared: { userId: 'ben' } }, ada)).rang).toBe(true);
    expect((await ask('{ shared { userId } }', { shared: { userId: null } }, ada)).rang).toBe(true);
  });
});

describe('a field with an owner of its own', () => {
  const root = { profile: { id: 'ada', name: 'Ada', email: 'ada@example.org' } };

  test('is read by that owner', async () => {
    expect((await ask('{ profile { name email } }', root)).data).toEqual({
      profile: { name: 'Ada', email: 'ada@example.org' },
    });
  });
  test('is refused to others, who may see the rest; no alarm rings', async () => {
    const { data, breaches, errors } = await ask('{ profile { name email } }', root, ben);
    expect(data).toEqual({ profile: { name: 'Ada', email: null } });
    expect(errors.map(({ extensions }) => extensions)).toEqual([{ code: 'FORBIDDEN', coordinate: 'Profile.email' }]);
    expect(breaches).toEqual([]);
  });
  test('is not even resolved for them', async () => {
    let asked = 0;
    const email = () => `${++asked}@example.org`;
    await ask('{ profile { email } }', { profile: { ...root.profile, email } }, ben);
    expect(asked).toBe(0);
    await ask('{ profile { email } }', { profile: { ...root.profile, email } });
    expect(asked).toBe(1);
  });
});

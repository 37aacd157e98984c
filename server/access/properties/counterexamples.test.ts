import { execute, type GraphQLSchema, isObjectType, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { checkSchema } from '../check-schema.ts';
import { type AccessBreach, guardSchema } from '../guard.ts';
import { ada, authorizeRequest, createTestPolicy, formatDecision, createTestSchema } from '../test-harness.ts';
import { awaitable } from './random-data.ts';

/** Minimal counterexamples of bugs that the property tests found. */
describe('counterexamples of authorize', () => {
  test('an interface’s @owner on an argument applies to implementing types', () => {
    const policy = createTestPolicy(`
      type Query { node: Node @auth thing: Thing @auth }
      interface Node @auth { count(by: ID @owner): Int }
      interface Deep implements Node { count(by: ID): Int }
      type Thing implements Deep & Node { count(by: ID): Int }
    `);
    for (const field of ['node', 'thing']) {
      expect(formatDecision(authorizeRequest(policy, `{ ${field} { count(by: "ada") } }`, ada))).toBe('allowed');
      expect(formatDecision(authorizeRequest(policy, `{ ${field} { count(by: "ben") } }`, ada))).toBe(
        'FORBIDDEN Node.count(by:)',
      );
    }
  });

  test('a null in a list of owner ids is refused for an anonymous request', () => {
    const policy = createTestPolicy('type Query { count(by: [ID] @owner): Int @public(reason: "x") }');
    expect(formatDecision(authorizeRequest(policy, '{ count(by: [null]) }', null))).toBe('FORBIDDEN Query.count(by:)');
    expect(formatDecision(authorizeRequest(policy, '{ count(by: []) }', null))).toBe('allowed');
  });
});

describe('counterexamples of the guard', () => {
  const foreign = { __typename: 'Thing', id: 'SECRET', userId: 'ben' };
  const own = { ...foreign, id: '1', userId: 'ada' };
  const iterableRow = Object.assign([], foreign);
  const listWithOwnIterator = Object.assign([], {
    *[Symbol.iterator]() {
      yield foreign;
    },
  });

  async function run(text: string, value: unknown, resolveType: () => unknown = () => 'Thing') {
    const schema: GraphQLSchema = createTestSchema(
      'type Query @auth { one: Thing list: [Thing] any: Any } type Thing @owner { id: ID userId: ID! } union Any = Thing',
    );
    const query = schema.getQueryType();
    for (const field of Object.values(isObjectType(query) ? query.getFields() : {})) field.resolve = () => value;
    Object.assign(schema.getType('Any') ?? {}, { resolveType });
    const breaches: AccessBreach[] = [];
    guardSchema<null>(checkSchema(schema), { viewerOf: () => ada, onBreach: (breach) => void breaches.push(breach) });
    const { data } = await execute({ schema, document: parse(text), contextValue: null });
    return { data: JSON.stringify(data), breaches: breaches.length };
  }

  test.each<[string, string, unknown]>([
    ['that is iterable', '{ one { id } }', iterableRow],
    ['in a list of iterable rows', '{ list { id } }', [iterableRow]],
    ['in a list of length 0 with its own iterator', '{ list { id } }', listWithOwnIterator],
  ])('a foreign row %s is a breach', async (_, text, value) => {
    const { data, breaches } = await run(text, value);
    expect(data).not.toContain('SECRET');
    expect(breaches).toBe(1);
  });

  test('a type name that resolveType returns as a thenable function is guarded', async () => {
    expect(await run('{ any { ... on Thing { id } } }', foreign, () => awaitable('Thing'))).toEqual({
      data: '{"any":null}',
      breaches: 1,
    });
    expect(await run('{ any { ... on Thing { id } } }', own, () => awaitable('Thing'))).toEqual({
      data: '{"any":{"id":"1"}}',
      breaches: 0,
    });
  });

  test('two foreign rows in a list, the first a promise, leave no unhandled rejection', async () => {
    const unhandled: unknown[] = [];
    const listen = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    try {
      expect((await run('{ list { id } }', [Promise.resolve(foreign), foreign])).breaches).toBe(2);
      await new Promise(setImmediate);
    } finally {
      process.off('unhandledRejection', listen);
    }
    expect(unhandled).toEqual([]);
  });
});

import { execute, type GraphQLSchema, isObjectType, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { checkSchema } from '../check-schema.ts';
import { type AccessBreach, guardSchema } from '../guard.ts';
import { ada, authorizeRequest, createTestPolicy, formatDecision, createTestSchema } from '../test-harness.ts';
import { awaitable } from './random-data.ts';

/** Smallest cases of faults that the properties have found: each failed once, and stays. */
describe('requests', () => {
  test('an interface’s @owner on an argument holds for the types that implement it', () => {
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

  test('without a viewer a null in a list of owners is nobody’s, not the caller’s', () => {
    const policy = createTestPolicy('type Query { count(by: [ID] @owner): Int @public(reason: "x") }');
    expect(formatDecision(authorizeRequest(policy, '{ count(by: [null]) }', null))).toBe('FORBIDDEN Query.count(by:)');
    expect(formatDecision(authorizeRequest(policy, '{ count(by: []) }', null))).toBe('allowed');
  });
});

describe('rows', () => {
  const foreign = { __typename: 'Thing', id: 'SECRET', userId: 'ben' };
  const own = { ...foreign, id: '1', userId: 'ada' };
  const rowThatIsAList = Object.assign([], foreign);
  const listToTheEyeEmpty = Object.assign([], {
    *[Symbol.iterator]() {
      yield foreign;
    },
  });

  async function ask(text: string, value: unknown, resolveType: () => unknown = () => 'Thing') {
    const schema: GraphQLSchema = createTestSchema(
      'type Query @auth { one: Thing list: [Thing] any: Any } type Thing @owner { id: ID userId: ID! } union Any = Thing',
    );
    const query = schema.getQueryType();
    for (const field of Object.values(isObjectType(query) ? query.getFields() : {})) field.resolve = () => value;
    Object.assign(schema.getType('Any') ?? {}, { resolveType });
    const breaches: AccessBreach[] = [];
    guardSchema<null>(checkSchema(schema), { viewerOf: () => ada, onBreach: (breach) => void breaches.push(breach) });
    const { data } = await execute({ schema, document: parse(text), contextValue: null });
    return { answer: JSON.stringify(data), breaches: breaches.length };
  }

  test.each<[string, string, unknown]>([
    ['that can be iterated is a row all the same', '{ one { id } }', rowThatIsAList],
    ['in a list of rows that can be iterated', '{ list { id } }', [rowThatIsAList]],
    ['in a list that is empty to whoever counts', '{ list { id } }', listToTheEyeEmpty],
  ])('a foreign one %s', async (_, text, value) => {
    const { answer, breaches } = await ask(text, value);
    expect(answer).not.toContain('SECRET');
    expect(breaches).toBe(1);
  });

  test('a type whose name is told by a function that can be awaited is guarded too', async () => {
    expect(await ask('{ any { ... on Thing { id } } }', foreign, () => awaitable('Thing'))).toEqual({
      answer: '{"any":null}',
      breaches: 1,
    });
    expect(await ask('{ any { ... on Thing { id } } }', own, () => awaitable('Thing'))).toEqual({
      answer: '{"any":{"id":"1"}}',
      breaches: 0,
    });
  });

  test('two foreign ones in a list, the first promised: the second leaves no rejection behind that ends the process', async () => {
    const unheard: unknown[] = [];
    const listen = (reason: unknown) => void unheard.push(reason);
    process.on('unhandledRejection', listen);
    try {
      expect((await ask('{ list { id } }', [Promise.resolve(foreign), foreign])).breaches).toBe(2);
      await new Promise(setImmediate);
    } finally {
      process.off('unhandledRejection', listen);
    }
    expect(unheard).toEqual([]);
  });
});

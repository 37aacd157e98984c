import {
  buildSchema,
  execute as executeGraphql,
  type FieldNode,
  type GraphQLField,
  type GraphQLFieldResolver,
  GraphQLScalarType,
  type GraphQLSchema,
  parse,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { createCompiledExecute } from './compiled-execute.ts';

const SDL = `
  scalar Counted
  input In { list: [Int] }
  interface Node { id: ID }
  type Query { item: Item items: [Item!]! node: Node count(by: Int = 1 in: In): Int counted(value: Counted): Int }
  type Mutation { change: Int }
  type Subscription { changed: Int }
  type Item implements Node { id: ID name: String item: Item }
`;

function fieldOf(schema: GraphQLSchema, type: string, name: string): GraphQLField<unknown, unknown> {
  const field = schema.getType(type);
  if (!field || !('getFields' in field)) throw new Error(`No type ${type}.`);
  return field.getFields()[name] as GraphQLField<unknown, unknown>;
}

/** A schema that records the nodes of `item` and `count`: every execution by the same plan has the same array of them. */
function recordingSchema() {
  const schema = buildSchema(SDL);
  const nodes: (readonly FieldNode[])[] = [];
  const record =
    (value: unknown): GraphQLFieldResolver<unknown, unknown> =>
    (_source, _args, _context, { fieldNodes }) => {
      nodes.push(fieldNodes);
      return value;
    };
  fieldOf(schema, 'Query', 'item').resolve = record({ id: '1', name: 'one' });
  fieldOf(schema, 'Query', 'count').resolve = record(1);
  fieldOf(schema, 'Mutation', 'change').resolve = record(1);
  return { schema, nodes };
}

/** Executes a document three times; returns whether the second and third execution had the same plan. */
async function isPlanned(text: string, variableValues: Readonly<Record<string, unknown>> = {}) {
  const { schema, nodes } = recordingSchema();
  const execute = createCompiledExecute(schema);
  const args = { schema, document: parse(text), variableValues };
  const seen: unknown[] = [];
  for (let time = 0; time < 3; time++) {
    const expected = JSON.stringify(await executeGraphql(args));
    nodes.length = 0;
    expect(JSON.stringify(await execute(args))).toBe(expected);
    seen.push(nodes[0]);
  }
  const [first, second, third] = seen;
  expect(first === undefined || first !== second).toBe(true);
  return second !== undefined && second === third;
}

describe('createCompiledExecute', () => {
  // covers: EXEC-02
  test.each([
    '{ item { id name } }',
    '{ item { ...F ...F } } fragment F on Item { id ... @skip(if: false) { name } }',
    '{ count(by: 3) item { __typename ... on Node { id } } }',
    'mutation { change again: change }',
  ])('plans an operation when it is executed the second time: %s', async (text) => {
    expect(await isPlanned(text)).toBe(true);
  });

  test.each([
    '{ item { id } node { id } }',
    '{ item { id } __schema { queryType { name } } }',
    '{ item @unknown { id } }',
    '{ item { id } ... @skip { count } }',
    '{ item { id unknown } }',
  ])('leaves to graphql-js what it does not plan: %s', async (text) => {
    expect(await isPlanned(text)).toBe(false);
  });

  test.each([
    [{ yes: true }, true],
    [{ yes: false }, true],
    [{ yes: null }, false],
  ])('plans an operation with the condition %j: %s', async (variables, expected) => {
    const text = 'query ($yes: Boolean = true) { item { id name @include(if: $yes) } }';
    expect(await isPlanned(text, variables)).toBe(expected);
  });

  test('has one plan for each combination of conditions', async () => {
    const { schema } = recordingSchema();
    const execute = createCompiledExecute(schema);
    const document = parse('query ($a: Boolean! $b: Boolean!) { item { id @skip(if: $a) name @include(if: $b) } }');
    const executed = (a: boolean, b: boolean) => execute({ schema, document, variableValues: { a, b } });
    const id = { id: '1' };
    const name = { name: 'one' };
    for (let time = 0; time < 3; time++) {
      expect(await executed(true, true)).toEqual({ data: { item: name } });
      expect(await executed(false, true)).toEqual({ data: { item: { ...id, ...name } } });
      expect(await executed(true, false)).toEqual({ data: { item: {} } });
      expect(await executed(false, false)).toEqual({ data: { item: id } });
    }
  });

  test('plans every operation at its first execution if `all` are planned', async () => {
    const { schema, nodes } = recordingSchema();
    const execute = createCompiledExecute(schema, 'all');
    const args = { schema, document: parse('{ item { id } }') };
    for (let time = 0; time < 2; time++) await execute(args);
    expect(nodes[0]).toBe(nodes[1]);
  });

  // covers: EXEC-02
  test('leaves a document to graphql-js whose fragments multiply its fields', async () => {
    const levels = Array.from({ length: 8 }, (_, level) => {
      const next = level < 7 ? `item { ...F${level + 1} } more: item { ...F${level + 1} }` : 'id';
      return `fragment F${level} on Item { ${next} }`;
    });
    expect(await isPlanned(`{ item { ...F0 } } ${levels.join(' ')}`)).toBe(false);
  });

  // covers: EXEC-01
  test('a resolver that wraps a field later, as the guard does, is called from the next execution on', async () => {
    const { schema } = recordingSchema();
    const execute = createCompiledExecute(schema);
    const args = { schema, document: parse('{ item { id name } }') };
    for (let time = 0; time < 3; time++)
      expect(await execute(args)).toEqual({ data: { item: { id: '1', name: 'one' } } });
    fieldOf(schema, 'Item', 'name').resolve = () => {
      throw new Error('Not authorized.');
    };
    const result = await execute(args);
    expect(result.data).toEqual({ item: { id: '1', name: null } });
    expect(result.errors?.map(({ message, path }) => ({ message, path }))).toEqual([
      { message: 'Not authorized.', path: ['item', 'name'] },
    ]);
  });

  test('a resolver that changes its arguments changes them for no other call', async () => {
    const { schema } = recordingSchema();
    const received: string[] = [];
    fieldOf(schema, 'Query', 'count').resolve = (_source, args: { by?: number; in?: { list: number[] } }) => {
      received.push(JSON.stringify(args));
      args.by = 99;
      args.in?.list.push(99);
      return 1;
    };
    const execute = createCompiledExecute(schema);
    const args = { schema, document: parse('{ count literal: count(in: { list: [1] }) }') };
    for (let time = 0; time < 3; time++) await execute(args);
    expect(new Set(received)).toEqual(new Set(['{"by":1}', '{"by":1,"in":{"list":[1]}}']));
  });

  test('coerces the variables of an operation that has no plan once', async () => {
    const { schema } = recordingSchema();
    let parsed = 0;
    (schema.getType('Counted') as GraphQLScalarType).parseValue = () => ++parsed;
    const execute = createCompiledExecute(schema);
    const document = parse('query ($value: Counted) { counted(value: $value) node { id } }');
    const args = { schema, document, variableValues: { value: 1 } };
    for (let time = 0; time < 2; time++) await execute(args);
    parsed = 0;
    await execute(args);
    expect(parsed).toBe(1);
  });

  test('result objects have no prototype, and an alias may have the name of one of its properties', async () => {
    const { schema } = recordingSchema();
    const execute = createCompiledExecute(schema);
    const args = { schema, document: parse('{ item { __proto__: id constructor: name } }') };
    await execute(args);
    const { data } = await execute(args);
    const item = data?.['item'] as object;
    expect([data, item].map((object) => Object.getPrototypeOf(object) as unknown)).toEqual([null, null]);
    expect(JSON.stringify(item)).toBe('{"__proto__":"1","constructor":"one"}');
  });

  test('executes an operation of another schema, or with another default resolver, as graphql-js does', async () => {
    const { schema } = recordingSchema();
    const execute = createCompiledExecute(schema);
    const document = parse('{ items { id } }');
    for (let time = 0; time < 3; time++) {
      expect(await execute({ schema, document, rootValue: { items: [{ id: 1 }] } })).toEqual({
        data: { items: [{ id: '1' }] },
      });
      expect(await execute({ schema, document, fieldResolver: () => [] })).toEqual({ data: { items: [] } });
      expect(await execute({ schema: buildSchema('type Query { items: [Query] id: ID }'), document })).toEqual({
        data: { items: null },
      });
    }
  });
});

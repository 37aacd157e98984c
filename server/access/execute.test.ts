import { makeExecutableSchema } from '@graphql-tools/schema';
import {
  type ExecutionArgs,
  type ExecutionResult,
  execute as executeGraphql,
  type GraphQLResolveInfo,
  GraphQLScalarType,
  type GraphQLSchema,
  Kind,
  parse,
  Source,
  validate,
} from 'graphql';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { checkSchema } from './check-schema.ts';
import { accessDirectiveSdl } from './directives.ts';
import { createExecute } from './execute.ts';
import { guardSchema } from './guard.ts';
import { ada } from './test-harness.ts';
import { createIntrospectionSchemas } from './introspection-schema.ts';
import { loadSchema } from './load-schema.ts';
import { type AccessViewer, InvalidViewerError } from './access-viewer.ts';

const SDL = `
  enum Role { USER ADMIN }
  enum Colour { RED GREEN }
  scalar Cents
  scalar Json
  input Paint { colour: Colour = RED price: Cents = "5" }
  interface Root { self: Query @auth }
  type Query implements Root @auth {
    paint(k: Colour = RED, c: Cents = "5", in: Paint, all: [Colour!] = [GREEN]): String
    price: Cents
    colour: Colour
    self: Query
    selves: [[Query!]]
    root: Root
    either: Either
    settings: Json
    note: Note
    broken: Int!
    later: Query
    audit(by: Hidden): Int @auth(roles: [ADMIN])
  }
  union Either = Query | Note
  input Hidden { a: Cents = "7" }
  type Mutation @auth { change(k: Colour = RED): Query count: Int }
  type Note @owner { userId: ID! query: Query }
`;
const calls: { readonly args: unknown; readonly info: GraphQLResolveInfo }[] = [];
const resolvers = {
  Colour: { RED: '#f00', GREEN: '#0f0' },
  Cents: new GraphQLScalarType({
    name: 'Cents',
    serialize: (value) => String(Number(value) / 100),
    parseValue: (value) => Number(value) * 100,
    parseLiteral: (node) => (node.kind === Kind.STRING ? Number(node.value) * 100 : null),
  }),
  Root: { __resolveType: () => 'Query' },
  Either: { __resolveType: (value: object) => ('userId' in value ? 'Note' : 'Query') },
  Query: {
    paint: (_source: unknown, args: unknown, _context: unknown, info: GraphQLResolveInfo) => {
      calls.push({ args, info });
      return 'painted';
    },
    price: () => 500,
    colour: () => '#0f0',
    self: () => ({}),
    selves: () => [[{}, {}], null, []],
    root: () => ({}),
    either: () => ({}),
    settings: () => ({ __introspection0: 'kept', __introspection_0: ['kept'] }),
    note: () => ({ userId: 'ben' }),
    broken: () => null,
    later: () => Promise.resolve({}),
    audit: (_source: unknown, args: unknown, _context: unknown, info: GraphQLResolveInfo) => {
      calls.push({ args, info });
      return 1;
    },
  },
  Mutation: {
    change: (_source: unknown, args: unknown, _context: unknown, info: GraphQLResolveInfo) => {
      calls.push({ args, info });
      return {};
    },
    count: () => 1,
  },
};
const schema: GraphQLSchema = makeExecutableSchema({
  typeDefs: loadSchema([new Source(accessDirectiveSdl, 'access.graphql'), new Source(SDL, 'schema.graphql')]),
  resolvers,
});
const policy = checkSchema(schema);
const breaches: string[] = [];
guardSchema<AccessViewer | null>(policy, {
  viewerOf: (viewer) => viewer,
  onBreach: ({ coordinate }) => void breaches.push(coordinate),
});
const execute = createExecute(policy);
const shown = createIntrospectionSchemas(policy)(ada);

async function run(text: string, variableValues: Record<string, unknown> = {}, viewer: AccessViewer | null = ada) {
  const document = parse(text);
  expect(validate(schema, document)).toEqual([]);
  return await execute({ document, variableValues, contextValue: viewer }, viewer);
}
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as ExecutionResult;

beforeEach(() => {
  calls.length = 0;
  breaches.length = 0;
});

const DEFAULTS = { k: '#f00', c: 500, in: { colour: '#f00', price: 500 }, all: ['#0f0'] };

describe('createExecute with introspection and data in one operation', () => {
  // covers: ACCESS-06
  test.each([
    ['at the root', '{ paint(in: {}) __schema { queryType { name } } }'],
    ['before the data', '{ __type(name: "Paint") { name } paint(in: {}) }'],
    ['in a fragment', '{ ...F paint(in: {}) } fragment F on Query { __schema { queryType { name } } }'],
    ['on a nested query', '{ paint(in: {}) self { __schema { queryType { name } } } }'],
    ['only `__typename`', '{ paint(in: {}) __typename }'],
    ['none', '{ paint(in: {}) }'],
  ])('passes resolvers the same arguments with introspection: %s', async (_, text) => {
    const { data, errors } = await run(text);
    expect(errors).toBeUndefined();
    expect(data).toMatchObject({ paint: 'painted' });
    expect(calls.map(({ args }) => plain(args))).toEqual([DEFAULTS]);
    expect(calls[0]?.info.schema).toBe(schema);
  });

  test('passes a mutation the same arguments', async () => {
    const { data } = await run('mutation { change { __type(name: "Colour") { name } colour } count }');
    expect(plain(data)).toEqual({ change: { __type: { name: 'Colour' }, colour: 'GREEN' }, count: 1 });
    expect(calls.map(({ args }) => plain(args))).toEqual([{ k: '#f00' }]);
  });

  test('executes a field, an argument and a variable of a type that is hidden from the viewer', async () => {
    expect(shown.getType('Hidden')).toBeUndefined();
    const { data, errors } = await run(
      'query ($by: Hidden = {}, $name: String!) { audit(by: $by) __type(name: $name) { name } }',
      { name: 'Hidden' },
    );
    expect(errors).toBeUndefined();
    expect(plain(data)).toEqual({ audit: 1, __type: null });
    expect(calls.map(({ args }) => plain(args))).toEqual([{ by: { a: 700 } }]);
  });

  test('returns introspection on each object of the query type', async () => {
    const text = `{
      colour
      one: __schema { queryType { name } }
      price
      self { two: __type(name: "Mutation") { name } colour later { three: __typename four: __schema { mutationType { name } } } }
      selves { __type(name: "Note") { name } price }
      root { __typename ... on Query { five: __type(name: "Query") { kind } } }
      either { ... on Note { userId } ... on Query { six: __type(name: "ID") { name } } }
      again: self { ...F }
    }
    fragment F on Query { seven: __type(name: "Cents") { name } }`;
    const { data, errors } = await run(text);
    expect(errors).toBeUndefined();
    const note = { __type: { name: 'Note' }, price: '5' };
    expect(JSON.stringify(data)).toBe(
      JSON.stringify({
        colour: 'GREEN',
        one: { queryType: { name: 'Query' } },
        price: '5',
        self: {
          two: { name: 'Mutation' },
          colour: 'GREEN',
          later: { three: 'Query', four: { mutationType: { name: 'Mutation' } } },
        },
        selves: [[note, note], null, []],
        root: { __typename: 'Query', five: { kind: 'OBJECT' } },
        either: { six: { name: 'ID' } },
        again: { seven: { name: 'Cents' } },
      }),
    );
  });

  test('merges introspection fields with the same response key', async () => {
    const text = `{
      a: __type(name: "Colour") { name }
      ...F
      colour
      ... on Query { a: __type(name: "Colour") { enumValues { name } } }
    }
    fragment F on Query { a: __type(name: "Colour") { kind } }`;
    const { data } = await run(text);
    expect(JSON.stringify(data)).toBe(
      JSON.stringify({
        a: { name: 'Colour', kind: 'ENUM', enumValues: [{ name: 'RED' }, { name: 'GREEN' }] },
        colour: 'GREEN',
      }),
    );
  });

  test('omits introspection that @skip or @include excludes, also on an enclosing fragment', async () => {
    const text = `query ($yes: Boolean!, $no: Boolean = false) {
      colour
      a: __type(name: "Colour") @include(if: $yes) { name }
      b: __type(name: "Colour") @skip(if: $yes) { name }
      ... @include(if: $no) { c: __type(name: "Colour") { name } }
      d: __type(name: "Colour") { name @skip(if: $yes) kind }
    }`;
    const { data } = await run(text, { yes: true });
    expect(plain(data)).toEqual({ colour: 'GREEN', a: { name: 'Colour' }, d: { kind: 'ENUM' } });
  });

  test('reveals no more than introspection alone, also of interfaces and unions', async () => {
    const text = '{ colour shown: __type(name: "Root") { possibleTypes { fields { name } } } }';
    const fieldsOf = ({ data }: ExecutionResult) => JSON.stringify(data?.['shown']);
    expect(fieldsOf(await run(text))).not.toContain('audit');
    expect(fieldsOf(await run(text, {}, { ...ada, roles: ['ADMIN'] }))).toContain('audit');
  });

  test('does not replace scalar values that look like placeholders', async () => {
    const { data } = await run('{ __introspection: price settings __schema { queryType { name } } }');
    expect(plain(data)).toEqual({
      __introspection: '5',
      settings: { __introspection0: 'kept', __introspection_0: ['kept'] },
      __schema: { queryType: { name: 'Query' } },
    });
  });

  test('returns the error of a failed introspection field at its path, with the data', async () => {
    const text = 'query ($name: String = "Note") { colour self { __type(name: $name) { name } price } }';
    const { data, errors } = await run(text, { name: null });
    expect(plain(data)).toEqual({ colour: 'GREEN', self: { __type: null, price: '5' } });
    expect(errors?.map(({ path }) => path)).toEqual([['self', '__type']]);
  });

  test('still nulls a failed field and still reports a foreign object', async () => {
    const { data, errors } = await run('{ self { broken __schema { queryType { name } } } colour }');
    expect(plain(data)).toEqual({ self: null, colour: 'GREEN' });
    expect(errors?.map(({ path }) => path)).toEqual([['self', 'broken']]);
    const foreign = await run('{ __schema { queryType { name } } note { query { __schema { queryType { name } } } } }');
    expect(plain(foreign.data)).toEqual({ __schema: { queryType: { name: 'Query' } }, note: null });
    expect(breaches).toEqual(['Query.note']);
  });

  test('executes the named operation of a document with several', async () => {
    const document = parse(
      'query A { __type(name: "Note") { name } } query B { __type(name: "Query") { name } colour }',
    );
    for (const [operationName, data] of [
      ['A', { __type: { name: 'Note' } }],
      ['B', { __type: { name: 'Query' }, colour: 'GREEN' }],
      ['A', { __type: { name: 'Note' } }],
    ] as const)
      expect(plain(await execute({ document, operationName, contextValue: ada }, ada)).data).toEqual(data);
  });

  test('throws for a malformed viewer before it executes', () => {
    const document = parse('mutation { change { __schema { queryType { name } } } }');
    const malformed = undefined as unknown as AccessViewer;
    expect(() => execute({ document, contextValue: ada }, malformed)).toThrow(InvalidViewerError);
    expect(calls).toEqual([]);
  });

  test('calls the supplied execute function once, with the policy’s schema', async () => {
    const customExecute = vi.fn((args: ExecutionArgs) => Promise.resolve(executeGraphql(args)));
    const text = '{ colour later { colour } __schema { queryType { name } } }';
    const result = await createExecute(policy, customExecute)({ document: parse(text), contextValue: ada }, ada);
    expect(plain(result.data)).toEqual({
      colour: 'GREEN',
      later: { colour: 'GREEN' },
      __schema: { queryType: { name: 'Query' } },
    });
    expect(customExecute.mock.calls.map(([args]) => args.schema)).toEqual([schema]);
  });

  test('splits a document of nested fragment spreads in linear time', async () => {
    const depth = 200;
    const fragments = Array.from(
      { length: depth },
      (_, index) =>
        `fragment F${index} on Query { a: self { ...F${index + 1} } ...F${index + 1} b: self { ...F${index + 1} } }`,
    );
    const document = parse(
      `{ colour @skip(if: true) ... @skip(if: true) { ...F0 } } ${fragments.join(' ')} fragment F${depth} on Query { __schema { queryType { name } } }`,
    );
    expect(plain((await execute({ document, contextValue: ada }, ada)).data)).toEqual({});
  });
});

import {
  buildSchema,
  type DocumentNode,
  getIntrospectionQuery,
  isInputObjectType,
  isObjectType,
  parse,
  print,
  visit,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { executableSchema } from '../executable-schema.ts';
import { createCostCheck, assertVariablesWithinLimits } from './cost-check.ts';
import { COST_LIMITS, TooComplex } from './cost-limits.ts';

const schema = buildSchema(`
  type Query { node(id: ID, in: [[Point]]): Node nodes(first: Int = 20): [Node!]! all: [Node!]! many(ids: [ID!]!): [Node!]! page(first: Int): Page! }
  type Page { edges: [Edge!]! nodes: [Node!]! total: Int! }
  type Edge { node: Node! cursor: String! }
  type Node { id: ID! name: String! page(first: Int = 20): Page! parts: [Node!]! up: Node tags: [String!]! }
  input Point { x: [Point!] }
`);
const { fields, aliases, depth, repeatedNames, directives, definitions, variables, values } = COST_LIMITS;
const check = createCostCheck(schema, COST_LIMITS);
const passes = (text: string) => expect(() => check(parse(text)), text.slice(0, 200)).not.toThrow();
const refuses = (text: string) => expect(() => check(parse(text)), text.slice(0, 200)).toThrow(TooComplex);

const times = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => write(i)).join(' ');
const nested = (count: number, open: string, inside: string, close: string) =>
  open.repeat(count) + inside + close.repeat(count);
/** A chain of fragments, each of which spreads the next one `spreads` times. */
const chain = (length: number, spreads: number) =>
  `${times(length, (n) => `fragment F${n} on Node { ${times(spreads, () => `...F${n + 1}`)} }`)} fragment F${length} on Node { id }`;
const tags = (count: number) => times(count, () => '@tag');

/** Classes of documents: the limit, and a function that writes a document with an amount of the limited thing. */
const CLASSES: Record<string, readonly [limit: number, write: (amount: number) => string]> = {
  fields: [fields, (n) => `{ ${times(n, (i) => `x${i}`)} }`],
  'fields on levels': [fields, (n) => `{ node { ${times(n - 1, (i) => `x${i}`)} } }`],
  'fields in a fragment': [fields, (n) => `{ node { ...F } } fragment F on Node { ${times(n - 1, (i) => `x${i}`)} }`],
  'fields that fragments multiply': [
    fields,
    (n) =>
      `{ ${times(n % 5, (i) => `x${i}`)} ...A ...A ...A ...A ...A } fragment A on Query { ${times(Math.floor(n / 5), (i) => `y${i}`)} }`,
  ],
  'fields of an unused fragment': [fields, (n) => `{ node { id } } fragment F on Node { ${times(n, (i) => `x${i}`)} }`],
  'one response name in one selection set': [repeatedNames, (n) => `{ ${times(n, () => 'x')} }`],
  'one alias': [aliases, (n) => `{ ${times(n, (i) => `x: y${i}`)} }`],
  'one response name in many selection sets': [repeatedNames, (n) => `{ ${times(n, (i) => `p${i} { x }`)} }`],
  'one response name in a fragment': [repeatedNames, (n) => `{ ${times(n, () => '...F')} } fragment F on Query { x }`],
  aliases: [aliases, (n) => `{ ${times(n, (i) => `a${i}: node { id }`)} }`],
  'aliases in a fragment': [aliases, (n) => `{ node { ...F } } fragment F on Node { ${times(n, (i) => `a${i}: id`)} }`],
  'depth of fields': [depth, (n) => `{ node { ${nested(n - 2, 'up { ', 'id', ' }')} } }`],
  'depth of unknown fields': [depth, (n) => nested(n, '{ x ', '', ' }')],
  'depth of inline fragments': [depth, (n) => `{ ${nested(n - 1, '... { ', 'x', ' }')} }`],
  'depth of a chain of fragments': [depth, (n) => `{ node { ...F0 } } ${chain(n - 3, 1)}`],
  'depth of a fragment that was already analyzed': [
    depth,
    (n) => `{ ...F ${nested(n - 4, '... { ', '...F', ' }')} } fragment F on Query { node { up { id } } }`,
  ],
  'directives on a field': [directives.location, (n) => `{ x ${tags(n)} }`],
  'directives on a spread': [directives.location, (n) => `{ ...F ${tags(n)} } fragment F on Query { x }`],
  'directives on an inline fragment': [directives.location, (n) => `{ ... ${tags(n)} { x } }`],
  'directives on an operation': [directives.location, (n) => `query ${tags(n)} { x }`],
  'directives on a fragment': [directives.location, (n) => `{ x } fragment F on Query ${tags(n)} { x }`],
  'directives on a variable': [directives.location, (n) => `query ($v: Int ${tags(n)}) { x }`],
  'directives in the document': [directives.document, (n) => `{ ${times(n, (i) => `x${i} @tag`)} }`],
  operations: [definitions, (n) => times(n, (i) => `query q${i} { x }`)],
  fragments: [definitions, (n) => `{ x } ${times(n - 1, (i) => `fragment F${i} on Node { id }`)}`],
  variables: [variables, (n) => `query (${times(n, (i) => `$v${i}: Int`)}) { x }`],
  'lists in an argument': [values.depth, (n) => `{ node(in: ${nested(n, '[', '', ']')}) { id } }`],
  'objects in an argument': [values.depth, (n) => `{ node(in: ${nested(n, '{x:', '1', '}')}) { id } }`],
  'lists in a default': [values.depth, (n) => `query ($v: X = ${nested(n, '[', '', ']')}) { x }`],
  'lists in a type': [values.depth, (n) => `query ($v: ${nested(n, '[', 'Int', ']')}) { x }`],
  'lists in a directive': [values.depth, (n) => `{ x @tag(n: ${nested(n, '[', '', ']')}) }`],
  'objects of nested pages': [98, (n) => `{ nodes(first: ${n}) { page(first: 49) { nodes { id } } } }`],
  'objects of nested edges': [96, (n) => `{ nodes(first: ${n}) { page(first: 25) { edges { node { id } } } } }`],
  'objects of pages in fragments': [
    98,
    (n) =>
      `{ nodes(first: ${n}) { ...F } } fragment F on Node { page(first: 49) { ...G } } fragment G on Page { nodes { id } }`,
  ],
  'objects of lists without `first`': [3, (n) => `{ all { ${nested(n - 1, 'parts { ', 'id', ' }')} } }`],
};

describe.each(Object.entries(CLASSES))('the cost check of %s', (_, [limit, write]) => {
  // covers: HTTP-01
  test('accepts a document at the limit, and refuses one above it', () => {
    passes(write(limit));
    refuses(write(limit + 1));
  });

  // covers: HTTP-01
  test('refuses large documents in time linear in their length', () => {
    for (const amount of [limit * 4, limit * 8]) {
      const document = parse(write(amount));
      const { nodes, reads } = counted(document);
      expect(() => check(document)).toThrow(TooComplex);
      expect(reads()).toBeLessThan(12 * nodes);
    }
  });
});

/** Counts the nodes of a document, and how often they are visited from now on. */
function counted(document: DocumentNode) {
  let nodes = 0;
  let reads = 0;
  visit(document, {
    enter(node) {
      nodes++;
      const { kind } = node;
      Object.defineProperty(node, 'kind', { get: () => (reads++, kind) });
    },
  });
  reads = 0;
  return { nodes, reads: () => reads };
}

describe('the cost check of fragments', () => {
  test.each([2, 3, 10])('visits each fragment once where they would expand to %i^20 fields', (spreads) => {
    const document = parse(`{ node { ...F0 } } ${chain(20, spreads)}`);
    const { nodes, reads } = counted(document);
    expect(() => check(document)).toThrow(TooComplex);
    expect(reads()).toBeLessThan(12 * nodes);
  });

  test('ends for cyclic fragments, which validation rejects', () => {
    passes('{ ...A } fragment A on Query { ...B } fragment B on Query { x ...A }');
    passes('{ ...A } fragment A on Query { ...A }');
  });
});

describe('the cost check of objects', () => {
  test('counts a variable `first` as the largest page', () => {
    passes('query ($n: Int) { nodes(first: $n) { parts { id } } }');
    refuses('query ($n: Int) { nodes(first: $n) { page(first: $n) { nodes { id } } } }');
  });

  test('counts the default of `first` if the document has none', () => {
    passes('{ nodes { page { nodes { page { total } } } } }');
    refuses('{ nodes { page { nodes { page { nodes { id } } } } } }');
    refuses('{ all { parts { page(first: 60) { nodes { id } } } } }');
  });

  // covers: TASKAPI-04
  test('counts a list by its `ids`, and `ids` in a variable as the largest page', () => {
    const parts = 'parts { parts { id } }';
    passes(`{ many(ids: ["a", "b"]) { ${parts} } }`);
    refuses(`{ many(ids: [${times(50, (i) => `"${i}"`)}]) { ${parts} } }`);
    refuses(`query ($ids: [ID!]!) { many(ids: $ids) { ${parts} } }`);
    passes('query ($ids: [ID!]!) { many(ids: $ids) { parts { id } } }');
    passes(`{ many(ids: "a") { ${parts} } }`);
  });

  test('counts at most one page for an invalid `first`, which the resolver rejects', () => {
    for (const first of ['1000000000', '-1', '0', '"x"', 'null', '{}']) passes(`{ nodes(first: ${first}) { id } }`);
  });

  test('counts no objects for lists of scalars', () => {
    passes(`{ nodes(first: 100) { ${times(40, (i) => `t${i} tags`)} } }`);
  });
});

describe('the cost of long texts', () => {
  const heavy = createCostCheck(schema, { ...COST_LIMITS, objects: 500, textFieldCosts: new Map([['Node.name', 9]]) });
  // covers: HTTP-03
  test.each([
    ['in a list', (n: number) => `{ nodes(first: ${n}) { name } }`, 50],
    ['with many aliases', (n: number) => `{ nodes(first: 10) { ${times(n, (i) => `a${i}: name`)} } }`, 5],
    ['in a fragment', (n: number) => `{ nodes(first: ${n}) { ...F } } fragment F on Node { id name }`, 50],
    ['on two levels', (n: number) => `{ nodes(first: ${n}) { name up { name } } }`, 25],
  ])('is added to the cost of their objects: %s', (_, write, limit) => {
    expect(() => heavy(parse(write(limit)))).not.toThrow();
    expect(() => heavy(parse(write(limit + 1)))).toThrow(TooComplex);
    passes(write(limit + 1));
  });

  // covers: HTTP-03
  test('is set for every field whose input allows more than 1,000 characters', () => {
    const types = Object.values(executableSchema().getTypeMap());
    const isLong = (description = '') =>
      Number(/At most ([\d,]+) char/.exec(description)?.[1]?.replace(',', '')) > 1_000;
    const inputs = types.filter(isInputObjectType).flatMap((type) => Object.values(type.getFields()));
    const long = new Set(inputs.flatMap(({ name, description }) => (isLong(description ?? '') ? name : [])));
    expect([...COST_LIMITS.textFieldCosts.keys()]).toEqual(
      types
        .filter(isObjectType)
        .filter(({ name }) => !name.startsWith('__'))
        .flatMap((type) =>
          Object.keys(type.getFields()).flatMap((field) => (long.has(field) ? `${type.name}.${field}` : [])),
        ),
    );
  });
});

describe('the cost check of introspection', () => {
  const all = {
    descriptions: true,
    specifiedByUrl: true,
    directiveIsRepeatable: true,
    schemaDescription: true,
    inputValueDeprecation: true,
    oneOf: true,
  };
  test.each([getIntrospectionQuery(), getIntrospectionQuery(all), getIntrospectionQuery({ descriptions: false })])(
    'accepts the introspection query of explorers',
    (query) => passes(query),
  );

  test('refuses the introspection query three times in one document', () => {
    const [operation, ...others] = parse(getIntrospectionQuery(all)).definitions;
    const once = operation && 'selectionSet' in operation ? print(operation.selectionSet).slice(1, -1) : '';
    const fragments = others.map(print).join(' ');
    passes(`{ ${once} } ${fragments}`);
    refuses(`{ ${times(3, (i) => `s${i}: ${once}`)} } ${fragments}`);
  });

  test('refuses introspection that nests fields and types repeatedly', () => {
    const wide = (inside: string) => times(5, (i) => `f${i}: fields { type { ${inside} } }`);
    refuses(`{ __schema { types { ${wide(wide('name'))} } } }`);
    refuses(`{ __type(name: "Node") { ${nested(5, 'fields { type { ', 'name', ' } }')} } }`);
  });
});

describe('assertVariablesWithinLimits', () => {
  const inside = (value: unknown, level: number): unknown => (level === 0 ? value : { a: [inside(value, level - 1)] });
  test('limits the entries of all levels together', () => {
    const entries = (count: number) => ({ list: Array.from({ length: count - 1 }, () => null) });
    expect(() => assertVariablesWithinLimits(entries(values.entries), COST_LIMITS)).not.toThrow();
    expect(() => assertVariablesWithinLimits(entries(values.entries + 1), COST_LIMITS)).toThrow(TooComplex);
    const spread = { ...entries(values.entries / 2), other: { list: entries(values.entries / 2 + 1) } };
    expect(() => assertVariablesWithinLimits(spread, COST_LIMITS)).toThrow(TooComplex);
  });

  test('limits the nesting of values', () => {
    expect(() =>
      assertVariablesWithinLimits(inside(1, values.depth / 2) as object & Record<string, unknown>, COST_LIMITS),
    ).not.toThrow();
    expect(() => assertVariablesWithinLimits({ a: inside(1, values.depth / 2) }, COST_LIMITS)).not.toThrow();
    expect(() => assertVariablesWithinLimits({ a: [inside(1, values.depth / 2)] }, COST_LIMITS)).toThrow(TooComplex);
    expect(() => assertVariablesWithinLimits({ a: inside(1, 5_000) }, COST_LIMITS)).toThrow(TooComplex);
  });
});

import { buildSchema, type GraphQLResolveInfo, graphql, parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { selectedFieldNames } from './selected-fields.ts';

const schema = buildSchema(`
  interface Named { name: String }
  type Query { task(id: ID): Task, named: Named }
  type Task implements Named { id: ID, name: String, done: Boolean, title: String, steps: Steps }
  type Steps { nodes: [Step], edges: [Edge], count: Int }
  type Edge { node: Step, cursor: String }
  type Step { id: ID, title: String, task: Task }
`);

/** Returns the names that the resolver of `task` or `named` gets for a document. */
async function selected(query: string, paths: readonly (readonly string[])[] = [], variableValues = {}) {
  let names: ReadonlySet<string> | null = null;
  const resolve = (_args: unknown, _context: unknown, info: GraphQLResolveInfo) => {
    names = selectedFieldNames(info, ...paths);
    return null;
  };
  const { errors } = await graphql({
    schema,
    source: query,
    rootValue: { task: resolve, named: resolve },
    variableValues,
  });
  expect(errors).toBeUndefined();
  return names === null ? null : [...(names as ReadonlySet<string>)].toSorted();
}

// covers: CONTRACT-13
describe('selectedFieldNames of a field returns', () => {
  test.each([
    ['its subfields', '{ task { id title } }', ['id', 'title']],
    ['field names, not aliases', '{ task { title: name id: done } }', ['done', 'name']],
    ['fields of inline fragments', '{ task { ... { id } ... on Task { done } } }', ['done', 'id']],
    [
      'fields of fragments',
      '{ task { ...a } } fragment a on Task { id ...b } fragment b on Task { done }',
      ['done', 'id'],
    ],
    ['subfields of all its occurrences', '{ task { id } ... { task { done } } }', ['done', 'id']],
    ['fields of a fragment on an interface', '{ task { ... on Named { name } } }', ['name']],
    ['fields of a fragment on a member type', '{ named { ... on Task { done } name } }', ['done', 'name']],
    ['`__typename`', '{ task { __typename } }', ['__typename']],
    ['no fields of deeper levels', '{ task { steps { count } } }', ['steps']],
  ])('%s', async (_, query, fields) => {
    expect(await selected(query)).toEqual(fields);
  });

  test.each([
    ['@skip(if: true)', []],
    ['@skip(if: false)', ['done']],
    ['@include(if: true)', ['done']],
    ['@include(if: false)', []],
    ['@skip(if: $yes)', []],
    ['@skip(if: $no)', ['done']],
    ['@include(if: $yes)', ['done']],
    ['@include(if: $no)', []],
    ['@skip(if: $no) @include(if: $no)', []],
    ['@skip(if: $yes) @include(if: $yes)', []],
    ['@skip(if: $no) @include(if: $yes)', ['done']],
    ['@include(if: $usual)', ['done']],
  ])('the fields that %s includes, on fields and on both kinds of fragments', async (directives, included) => {
    const head = 'query ($yes: Boolean!, $no: Boolean!, $usual: Boolean = true)';
    const uses = '... on Query @skip(if: $yes) { task @include(if: $no) @skip(if: $usual) { id } }';
    for (const selection of [`done ${directives}`, `... ${directives} { done }`, `...f ${directives}`]) {
      const fragment = selection.startsWith('...f') ? 'fragment f on Task { done }' : '';
      const query = `${head} { task { id ${selection} } ${uses} } ${fragment}`;
      expect(await selected(query, [], { yes: true, no: false }), selection).toEqual([...included, 'id']);
    }
  });
});

// covers: CONTRACT-13
describe('selectedFieldNames with paths returns', () => {
  const PATHS = [
    ['steps', 'nodes'],
    ['steps', 'edges', 'node'],
  ];
  test.each([
    ['the fields at one path', '{ task { steps { nodes { id } } } }', ['id']],
    ['the fields at all paths', '{ task { steps { nodes { id } edges { cursor node { title } } } } }', ['id', 'title']],
    [
      'fields in fragments and behind aliases',
      '{ task { a: steps { ...s } ... { steps { b: edges { c: node { title: id } } } } } } fragment s on Steps { nodes { task { id } } }',
      ['id', 'task'],
    ],
    ['nothing for paths that are not selected', '{ task { id steps { count edges { cursor } } } }', []],
    ['nothing below a skipped field', '{ task { steps { edges @skip(if: true) { node { id } } } } }', []],
  ])('%s', async (_, query, fields) => {
    expect(await selected(query, PATHS)).toEqual(fields);
  });
});

test('selectedFieldNames visits a fragment once that is spread thousands of times', () => {
  const spread = (name: string) => `...${name} `.repeat(300);
  const fragments = Array.from(
    { length: 12 },
    (_, level) => `fragment f${level} on Task { ${spread(`f${level + 1}`)} }`,
  );
  const query = `{ task { ${spread('f0')} } } ${fragments.join(' ')} fragment f12 on Task { id }`;
  const document = parse(query);
  const [operation, ...others] = document.definitions as never as [
    { selectionSet: { selections: [never] } },
    ...{ name: { value: string } }[],
  ];
  const info = {
    fieldNodes: [operation.selectionSet.selections[0]],
    fragments: Object.fromEntries(others.map((each) => [each.name.value, each])),
    variableValues: {},
  };
  expect([...selectedFieldNames(info as never)]).toEqual(['id']);
});

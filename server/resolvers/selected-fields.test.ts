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

/** What is asked for at `task` of a document, as its resolver hears it. */
async function asked(query: string, paths: readonly (readonly string[])[] = [], variableValues = {}) {
  let heard: ReadonlySet<string> | null = null;
  const look = (_args: unknown, _context: unknown, info: GraphQLResolveInfo) => {
    heard = selectedFieldNames(info, ...paths);
    return null;
  };
  const { errors } = await graphql({ schema, source: query, rootValue: { task: look, named: look }, variableValues });
  expect(errors).toBeUndefined();
  return heard === null ? null : [...(heard as ReadonlySet<string>)].toSorted();
}

// covers: CONTRACT-13
describe('of a field is asked', () => {
  test.each([
    ['what stands in it', '{ task { id title } }', ['id', 'title']],
    ['what stands under another name', '{ task { title: name id: done } }', ['done', 'name']],
    ['what stands in an inline fragment', '{ task { ... { id } ... on Task { done } } }', ['done', 'id']],
    [
      'what stands in a fragment',
      '{ task { ...a } } fragment a on Task { id ...b } fragment b on Task { done }',
      ['done', 'id'],
    ],
    ['what stands in the same field elsewhere', '{ task { id } ... { task { done } } }', ['done', 'id']],
    ['what stands in a fragment on an interface', '{ task { ... on Named { name } } }', ['name']],
    ['what stands in a fragment on a member', '{ named { ... on Task { done } name } }', ['done', 'name']],
    ['nothing by its name alone', '{ task { __typename } }', ['__typename']],
    ['nothing that stands deeper', '{ task { steps { count } } }', ['steps']],
  ])('%s', async (_, query, fields) => {
    expect(await asked(query)).toEqual(fields);
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
  ])('what %s leaves, on fields and on both kinds of fragments', async (directives, left) => {
    const head = 'query ($yes: Boolean!, $no: Boolean!, $usual: Boolean = true)';
    const uses = '... on Query @skip(if: $yes) { task @include(if: $no) @skip(if: $usual) { id } }';
    for (const selection of [`done ${directives}`, `... ${directives} { done }`, `...f ${directives}`]) {
      const fragment = selection.startsWith('...f') ? 'fragment f on Task { done }' : '';
      const query = `${head} { task { id ${selection} } ${uses} } ${fragment}`;
      expect(await asked(query, [], { yes: true, no: false }), selection).toEqual([...left, 'id']);
    }
  });
});

// covers: CONTRACT-13
describe('at the end of paths is asked', () => {
  const PATHS = [
    ['steps', 'nodes'],
    ['steps', 'edges', 'node'],
  ];
  test.each([
    ['what stands at one of them', '{ task { steps { nodes { id } } } }', ['id']],
    ['what stands at any', '{ task { steps { nodes { id } edges { cursor node { title } } } } }', ['id', 'title']],
    [
      'what stands there in fragments and under other names',
      '{ task { a: steps { ...s } ... { steps { b: edges { c: node { title: id } } } } } } fragment s on Steps { nodes { task { id } } }',
      ['id', 'task'],
    ],
    ['nothing where they are not taken', '{ task { id steps { count edges { cursor } } } }', []],
    ['nothing that is skipped on the way', '{ task { steps { edges @skip(if: true) { node { id } } } } }', []],
  ])('%s', async (_, query, fields) => {
    expect(await asked(query, PATHS)).toEqual(fields);
  });
});

test('a fragment that is spread many thousand times is looked at once', () => {
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

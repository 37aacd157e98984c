import { parse, print } from 'graphql';
import { expect, test } from 'vitest';
import { exampleOperations } from './example-operation.ts';
import { createTestSchema } from './test-harness.ts';

const schema = createTestSchema(`
  type Query {
    note(id: ID!): Note @auth
    notes(first: Int = 20, after: String): Notes! @auth
    log(first: Int): [Entry!]! @auth(roles: [ADMIN])
    search(filter: Filter!, kind: Kind!, limit: Int!, tags: [String!]!): [Found!]! @auth
    me: Person! @auth
  }
  type Mutation { addNote(input: NoteInput!): Receipt! @auth }
  type Notes @auth { nodes: [Note!]! }
  type Note @owner { id: ID! userId: ID! text(length: Int!): String! author: Person! }
  type Person @owner(field: "id") { name: String! id: ID! entries: [Entry!]! }
  type Entry @auth { kind: Kind! }
  type Receipt @auth { number: Int! }
  union Found = Note | Person
  enum Kind { A B }
  input Filter { text: String! done: Boolean! weight: Float! note: String }
  input NoteInput { text: String! filter: Filter! kind: Kind! = A }
`);
const examples = exampleOperations(schema, (coordinate) => coordinate === 'Query.log');

test.each([
  ['a field by the path without required arguments', 'Note.userId', '{ notes(first: 1) { nodes { userId } } }'],
  ['an object by its id, a page with one node', 'Query.notes', '{ notes(first: 1) { nodes { id } } }'],
  ['a required id', 'Query.note', '{ note(id: "00000000-0000-0000-0000-000000000000") { id } }'],
  ['a field beside those that it avoids', 'Entry.kind', '{ me { entries { kind } } }'],
  ['a field that it should avoid, if it is the one', 'Query.log', '{ log(first: 1) { kind } }'],
  ['a required argument of a leaf', 'Note.text', '{ notes(first: 1) { nodes { text(length: 1) } } }'],
  [
    'required values of every kind, and only those',
    'Query.search',
    '{ search( filter: {text: "Example", done: true, weight: 1} kind: A limit: 1 tags: [] ) { __typename } }',
  ],
  [
    'a mutation for what only mutations return',
    'Receipt.number',
    'mutation { addNote( input: {text: "Example", filter: {text: "Example", done: true, weight: 1}} ) { number } }',
  ],
])('exampleOperations selects %s', (_case, coordinate, expected) => {
  expect(examples.get(coordinate)?.text).toBe(print(parse(expected)));
});

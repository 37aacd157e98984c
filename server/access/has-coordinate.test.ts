import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { hasCoordinate } from './has-coordinate.ts';

const schema = buildSchema(`
  type Query { me(id: ID!, filter: Filter): Person! }
  type Person { id: ID! role: Role! }
  enum Role { USER ADMIN }
  input Filter { by: ID }
`);

test.each(['Person', 'Person.id', 'Query.me(id:)', 'Filter.by', 'Role.ADMIN'])('a schema has %s', (coordinate) => {
  expect(hasCoordinate(schema, coordinate)).toBe(true);
});

test.each(['Entry', 'Entry.text', 'Query.log', 'Query.log(id:)', 'Query.me(no:)', 'Role.NO', 'No.no', '?'])(
  'a schema without %s does not have it',
  (coordinate) => {
    expect(hasCoordinate(schema, coordinate)).toBe(false);
  },
);

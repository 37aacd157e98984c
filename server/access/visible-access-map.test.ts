import { describe, expect, test } from 'vitest';
import { accessMap } from './access-map.ts';
import { createIntrospectionSchemas } from './introspection-schema.ts';
import { ada, createTestPolicy } from './test-harness.ts';
import { visibleAccessMap } from './visible-access-map.ts';

const policy = createTestPolicy(`
  type Query {
    open: Int! @public(reason: "For everyone.")
    me(id: ID! @owner, filter: Filter): Person! @auth
    log(id: ID @owner): [Entry!]! @auth(roles: [ADMIN])
  }
  type Person @owner(field: "id") { id: ID! role: Role! }
  type Entry @auth(roles: [ADMIN]) { text: String! }
  input Filter { by: ID @owner }
`);
const map = accessMap(policy);
const schemaFor = createIntrospectionSchemas(policy);
const shown = (roles: readonly string[] | null) => visibleAccessMap(map, schemaFor(roles && { ...ada, roles }));

describe('visibleAccessMap', () => {
  // covers: ACCESSPAGE-01
  test.each([
    ['an anonymous viewer', null, ['Query.open'], [], ['anonymous', 'signed in', 'owner', 'other']],
    [
      'a viewer without a role that a rule names',
      ['USER'],
      ['Query.me', 'Query.open', 'Person.id', 'Person.role'],
      ['Filter.by', 'Query.me(id:)'],
      map.audiences,
    ],
    [
      'an administrator',
      ['ADMIN'],
      map.fields.map(({ coordinate }) => coordinate),
      map.arguments.map(({ coordinate }) => coordinate),
      map.audiences,
    ],
  ])('has for %s the fields, arguments and roles of their introspection', (_viewer, roles, fields, args, audiences) => {
    const visible = shown(roles);
    expect(visible.fields.map(({ coordinate }) => coordinate)).toEqual(fields);
    expect(visible.arguments.map(({ coordinate }) => coordinate)).toEqual(args);
    expect(visible.audiences).toEqual(audiences);
    for (const { cells } of visible.fields) expect(Object.keys(cells)).toEqual(audiences);
  });

  test('keeps the cells of a visible field for every visible audience', () => {
    const [field] = shown(['USER']).fields.filter(({ coordinate }) => coordinate === 'Person.id');
    expect(field?.cells['role ADMIN']).toMatchObject({ outcome: 'own rows' });
  });
});

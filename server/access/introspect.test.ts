import {
  execute,
  type GraphQLObjectType,
  type GraphQLSchema,
  getIntrospectionQuery,
  parse,
  printSchema,
  validateSchema,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { ada, policyOf } from './harness.ts';
import { createIntrospection } from './introspect.ts';
import type { AccessViewer } from './viewer.ts';

const policy = policyOf(`
  type Query {
    "Whether it is up."
    open: Status! @public(reason: "A door.")
    own(userId: ID @owner, filter: Filter): Thing @auth
    audit(kind: Kind): [Entry!]! @auth(roles: [ADMIN])
    node: Node @auth
    any: Any @auth
    vault: [Secret!] @auth
    fresh: Int @auth(maxAge: 300, emailVerified: true)
  }
  type Mutation @auth { wipe: Int @auth(roles: [AUDITOR, ADMIN]) keep: Int }
  interface Node { id: ID! @auth name: String @auth }
  type Status @public(reason: "A door.") { ok: Boolean! }
  "Something kept."
  type Thing implements Node @owner(field: "id", orRoles: [ADMIN]) { "Its id." id: ID! name: String }
  type Entry implements Node @auth { id: ID! name: String @auth(roles: [ADMIN]) kind: Kind }
  type Lone implements Node @auth { id: ID! name: String lonely: Int }
  union Any = Thing | Secret
  type Secret @auth(roles: [ADMIN]) { code: Int }
  enum Kind { A B }
  input Filter { note: String by: ID @owner }
`);
const schemaFor = createIntrospection(policy);
const admin: AccessViewer = { ...ada, roles: ['USER', 'ADMIN'] };

const fieldsOf = (schema: GraphQLSchema, type: string) =>
  Object.keys((schema.getType(type) as GraphQLObjectType | undefined)?.getFields() ?? {});

describe('introspection shows an audience what it may use', () => {
  test('without a token: what is public, and nothing that only the rest speaks of', () => {
    const shown = schemaFor(null);
    expect(fieldsOf(shown, 'Query')).toEqual(['open']);
    for (const hidden of ['Mutation', 'Thing', 'Entry', 'Secret', 'Any', 'Node', 'Kind', 'Filter', 'Role'])
      expect(shown.getType(hidden), hidden).toBeUndefined();
  });

  test('signed in: everything but what asks for a role', () => {
    const shown = schemaFor(ada);
    expect(fieldsOf(shown, 'Query')).toEqual(['open', 'own', 'node', 'any', 'fresh']);
    expect(fieldsOf(shown, 'Mutation')).toEqual(['keep']);
    expect(printSchema(shown)).toContain('union Any = Thing\n');
    expect(shown.getType('Secret')).toBeUndefined();
  });

  test('with the role: that too', () => {
    expect(fieldsOf(schemaFor(admin), 'Query')).toEqual(['open', 'own', 'audit', 'node', 'any', 'vault', 'fresh']);
    expect(fieldsOf(schemaFor(admin), 'Entry')).toEqual(['id', 'name', 'kind']);
    expect(fieldsOf(schemaFor({ ...ada, roles: ['AUDITOR'] }), 'Mutation')).toEqual(['wipe', 'keep']);
  });

  test('an interface’s field only to whoever may use it on every type of the interface', () => {
    expect(fieldsOf(schemaFor(ada), 'Node')).toEqual(['id']);
    expect(fieldsOf(schemaFor(admin), 'Node')).toEqual(['id', 'name']);
  });

  test('a type that is met nowhere but as a member of its interface', () => {
    expect(fieldsOf(schemaFor(ada), 'Lone')).toEqual(['id', 'name', 'lonely']);
  });

  test('no field whose type has nothing for them: the door to a hidden room is hidden', () => {
    expect(fieldsOf(schemaFor(ada), 'Query')).not.toContain('vault');
  });

  test('what a newer sign-in or a verified address would open is not hidden', () => {
    expect(fieldsOf(schemaFor({ ...ada, authTime: 0, emailVerified: false }), 'Query')).toContain('fresh');
  });

  test('each of them is a valid schema', () => {
    for (const viewer of [null, ada, admin]) expect(validateSchema(schemaFor(viewer))).toEqual([]);
  });

  test('roles that the schema does not speak of make no new audience', () => {
    const shown = schemaFor({ ...ada, roles: ['USER', 'made', 'up'] });
    expect(shown).toBe(schemaFor(ada));
    expect(shown).not.toBe(schemaFor(admin));
  });
});

describe('descriptions', () => {
  const described = (viewer: AccessViewer | null, type: string, field: string) =>
    (schemaFor(viewer).getType(type) as GraphQLObjectType).getFields()[field];

  test('end with what is asked, in plain words', () => {
    expect(described(admin, 'Query', 'audit')?.description).toBe('Access: signed in; role ADMIN.');
    expect(described(admin, 'Mutation', 'wipe')?.description).toBe('Access: signed in; role AUDITOR or ADMIN.');
    expect(described(ada, 'Thing', 'id')?.description).toBe(
      'Its id.\n\nAccess: signed in; only the owner, or role ADMIN.',
    );
    expect(described(ada, 'Query', 'fresh')?.description).toBe(
      'Access: signed in; verified e-mail address; signed in within the last 300 seconds.',
    );
  });
  test('of an argument and an input field too', () => {
    const [userId] = described(ada, 'Query', 'own')?.args ?? [];
    expect(userId?.description).toBe("Access: signed in; the caller's own id.");
    expect(printSchema(schemaFor(ada))).toContain("Access: signed in; the caller's own id.");
  });
  test('of what is public stay as they were', () => {
    expect(described(null, 'Query', 'open')?.description).toBe('Whether it is up.');
  });
});

describe('an operation that asks for the schema', () => {
  test('runs as introspection', async () => {
    const result = await execute({ schema: schemaFor(ada), document: parse(getIntrospectionQuery()) });
    expect(result.errors).toBeUndefined();
    expect(JSON.stringify(result.data)).not.toMatch(/audit|Secret|wipe/);
  });
  test.each([
    [
      'by other names',
      'schema { query: Root mutation: Changes } type Root @auth { a: Int } type Changes @auth { b: Int }',
    ],
    [
      'beside types of their names',
      'schema { query: Query } type Query @auth { a: Int m: Mutation } type Mutation @auth { b: Int }',
    ],
  ])('shows the roots for what they are, %s', (_, sdl) => {
    const asked = policyOf(sdl);
    const rootsOf = (schema: GraphQLSchema) =>
      [schema.getQueryType(), schema.getMutationType()].map((type) => type?.name);
    expect(rootsOf(createIntrospection(asked)(ada))).toEqual(rootsOf(asked.schema));
    expect(rootsOf(createIntrospection(asked)(null))).toEqual([asked.schema.getQueryType()?.name, undefined]);
  });
});

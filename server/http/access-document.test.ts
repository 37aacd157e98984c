import { Source } from 'graphql';
import { describe, expect, test } from 'vitest';
import { accessDirectiveSdl, type AccessViewer, checkSchema, loadSchema } from '../access/index.ts';
import { createAccessDocuments } from './access-document.ts';

const SDL = `
  enum Role { USER ADMIN }
  type Query {
    open: Int! @public(reason: "For everyone.")
    notes(first: Int, author: ID @owner): [Note!]! @auth
    node: Node @auth
    vault: Vault! @auth(roles: [ADMIN])
  }
  interface Node @auth { id: ID! }
  type Note implements Node @owner(field: "author") {
    id: ID!
    "What it says."
    text: String!
    author: ID!
  }
  type Vault implements Node @auth(roles: [ADMIN]) { id: ID! }
`;
const sources = [new Source(accessDirectiveSdl, 'schema/access.graphql'), new Source(SDL, 'schema/note.graphql')];
const schema = loadSchema(sources);
for (const type of Object.values(schema.getTypeMap())) if ('resolveType' in type) type.resolveType = () => 'Note';
const policy = checkSchema(schema);
const tables = {
  Note: { schema: 'app', table: 'note', columns: { author: 'author_id' }, role: 'api', commands: ['select'] as const },
};
const documentFor = createAccessDocuments({ policy, tables, explain: true });
const ada: AccessViewer = { userId: 'ada', roles: ['USER'], authTime: 0, emailVerified: true };
const admin = { ...ada, roles: ['ADMIN'] };

const fieldsFor = (viewer: AccessViewer | null) => documentFor(viewer).types.flatMap(({ fields }) => fields);
const find = (viewer: AccessViewer | null, coordinate: string) =>
  fieldsFor(viewer).find((field) => field.coordinate === coordinate);

describe('createAccessDocuments', () => {
  test('describes a field with its type, text, requirement, rules, rows and example', () => {
    expect(find(admin, 'Note.text')).toEqual({
      coordinate: 'Note.text',
      name: 'text',
      description: 'What it says.',
      type: 'String!',
      requires: 'signed in; only the owner',
      isPublic: false,
      cells: [
        { outcome: 'refused', label: 'UNAUTHENTICATED' },
        { outcome: 'own rows', label: 'own rows' },
        { outcome: 'allowed', label: 'yes' },
        { outcome: 'no rows', label: 'no rows' },
      ],
      rules: [
        { directive: '@owner(field: "author")', coordinate: 'Note', source: 'schema/note.graphql:10' },
        { directive: '@auth', coordinate: 'Node', source: 'schema/note.graphql:9' },
      ],
      ownerArguments: [],
      ownedTypes: ['Note'],
      example: { kind: 'query', text: '{\n  notes(first: 1) {\n    text\n  }\n}' },
    });
    expect(documentFor(admin).rows).toEqual([
      {
        type: 'Note',
        table: 'app.note',
        predicate: '"author_id" = the caller\'s id',
        policies: expect.stringContaining('create policy "owner_select" on "app"."note"'),
      },
    ]);
    expect(find(admin, 'Query.notes')).toMatchObject({ ownedTypes: ['Note'] });
    expect(find(admin, 'Query.node')).toMatchObject({ ownedTypes: ['Note'] });
    expect(find(admin, 'Query.open')).toMatchObject({ ownedTypes: [] });
    expect(find(admin, 'Query.notes')?.ownerArguments).toMatchObject([{ name: 'author' }]);
  });

  // covers: ACCESSPAGE-01
  test('states the rule of an interface that is hidden from the viewer, without its name and place', () => {
    const rules = (viewer: AccessViewer) => find(viewer, 'Note.id')?.rules.map(({ coordinate }) => coordinate);
    // A viewer without ADMIN may not read `id` of every Node.
    expect(rules(admin)).toEqual(['Note', 'Node']);
    expect(rules(ada)).toEqual(['Note', null]);
    expect(find(ada, 'Note.id')?.rules[1]).toEqual({ directive: '@auth', coordinate: null, source: null });
    expect(JSON.stringify(documentFor(ada))).not.toMatch(/Node|Vault/);
  });

  // covers: ACCESSPAGE-01
  test('shows an anonymous viewer the public fields, and names no role or type that is hidden', () => {
    expect(fieldsFor(null).map(({ coordinate }) => coordinate)).toEqual(['Query.open']);
    expect(JSON.stringify(documentFor(null))).not.toMatch(/USER|ADMIN|Note|Vault|author/);
    expect(documentFor(null).caller).toEqual(['anonymous']);
  });

  test('builds one document for all viewers of an audience, and states the audiences of each', () => {
    expect(documentFor(ada).types).toBe(documentFor({ ...ada, userId: 'ben', roles: [] }).types);
    expect(documentFor(ada).types).not.toBe(documentFor(admin).types);
    expect(documentFor({ ...ada, roles: ['MADE_UP'] }).caller).toEqual(['signed in']);
  });
});

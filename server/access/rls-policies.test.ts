import { describe, expect, test } from 'vitest';
import { createTestPolicy } from './testing/harness.ts';
import { rlsPolicies, rlsPolicySql, type TableMapping } from './rls-policies.ts';

const NOTE = 'type Query { note: Note @auth } type Note @owner { id: ID! userId: ID! by: String! }';
const table = (more: Partial<TableMapping> = {}): TableMapping => ({
  schema: 'app',
  table: 'note',
  columns: { userId: 'user_id', by: 'written_by' },
  role: 'api',
  commands: ['select', 'insert', 'update', 'delete'],
  ...more,
});
const definitions = (sdl: string, more?: Partial<TableMapping>) =>
  rlsPolicies(createTestPolicy(sdl), { Note: table(more) }).flatMap((each) =>
    each.policies.map(({ name, definition }) => `${name} ${definition}`),
  );
const IS_OWN = '"user_id" = (select app.viewer_id())';
const WROTE = '"written_by" = (select app.viewer_id())';

// covers: ENGINE-13
describe('an owned type gets', () => {
  test('a policy for each command that is granted, and one for the role that owns the table', () => {
    expect(definitions(NOTE)).toEqual([
      'maintenance to current_user using (true) with check (true)',
      `owner_select for select to "api" using (${IS_OWN})`,
      `owner_insert for insert to "api" with check (${IS_OWN})`,
      `owner_update for update to "api" using (${IS_OWN}) with check (${IS_OWN})`,
      `owner_delete for delete to "api" using (${IS_OWN})`,
    ]);
    expect(definitions(NOTE, { commands: ['select'], bypassPolicies: { accounts: { role: 'auth' } } })).toEqual([
      'maintenance to current_user using (true) with check (true)',
      'accounts for all to "auth" using (true) with check (true)',
      `owner_select for select to "api" using (${IS_OWN})`,
    ]);
  });

  test.each([
    ['select', 'using (true)'],
    ['insert', 'with check (true)'],
    ['update', 'using (true) with check (true)'],
    ['delete', 'using (true)'],
  ] as const)('a policy for a trusted role that may %s and nothing else', (command, clauses) => {
    expect(definitions(NOTE, { commands: [], bypassPolicies: { accounts: { role: 'auth', command } } }).at(-1)).toBe(
      `accounts for ${command} to "auth" ${clauses}`,
    );
  });

  test('the roles of orRoles in what it may read, and in nothing else', () => {
    const open = `${IS_OWN} or (select app.acts_for_every_owner('Note', array['ADMIN', 'AUDITOR']))`;
    expect(definitions(NOTE.replace('@owner', '@owner(orRoles: [ADMIN, AUDITOR])')).slice(1)).toEqual([
      `owner_select for select to "api" using (${open})`,
      `owner_insert for insert to "api" with check (${IS_OWN})`,
      `owner_update for update to "api" using (${IS_OWN}) with check (${IS_OWN})`,
      `owner_delete for delete to "api" using (${IS_OWN})`,
    ]);
  });

  test('all owners that the type and its interfaces name, each once', () => {
    const interfaces = `interface Written @owner(field: "by", orRoles: [ADMIN]) { by: String! }
      interface Kept @owner { userId: ID! }`;
    const sdl = `${NOTE.replace('type Note', 'type Note implements Written & Kept')} ${interfaces}`;
    const byRole = `${WROTE} or (select app.acts_for_every_owner('Note', array['ADMIN']))`;
    expect(definitions(sdl).slice(1, 3)).toEqual([
      `owner_select for select to "api" using ((${IS_OWN}) and (${byRole}))`,
      `owner_insert for insert to "api" with check ((${IS_OWN}) and (${WROTE}))`,
    ]);
  });

  test('nothing where it is kept in no table, and a type without an owner gets nothing at all', () => {
    expect(rlsPolicies(createTestPolicy(NOTE), { Note: null })).toEqual([]);
    expect(rlsPolicies(createTestPolicy('type Query { a: Int @auth }'), {})).toEqual([]);
  });

  test('no policy for the owner of one field: other fields of the row are others’ to read', () => {
    const field = 'type Query { note: Note @auth } type Note @auth { userId: ID! secret: String @owner }';
    expect(rlsPolicies(createTestPolicy(field), {})).toEqual([]);
  });

  test('the functions that the policies are told to ask', () => {
    const [made] = rlsPolicies(
      createTestPolicy(NOTE.replace('@owner', '@owner(orRoles: [ADMIN])')),
      { Note: table({ commands: ['select'] }) },
      { viewerId: 'me.id', crossOwner: 'me.all' },
    );
    expect(made?.policies.at(-1)?.definition).toBe(
      `for select to "api" using ("user_id" = (select me.id()) or (select me.all('Note', array['ADMIN'])))`,
    );
  });
});

test('the SQL enables and forces row security before it makes the policies', () => {
  const [made] = rlsPolicies(createTestPolicy(NOTE), { Note: table({ commands: ['select'] }) });
  expect(made && rlsPolicySql(made)).toBe(
    `alter table "app"."note" enable row level security;
alter table "app"."note" force row level security;
create policy "maintenance" on "app"."note" to current_user using (true) with check (true);
create policy "owner_select" on "app"."note" for select to "api" using (${IS_OWN});`,
  );
});

describe('no policies are made where', () => {
  const NUL = 'a\0b';
  test.each<[string, Record<string, TableMapping | null>, string]>([
    ['an owned type has no table', {}, 'Note has an owner and no table'],
    ['a table’s type has no owner', { Note: null, Query: table() }, 'Query has no owner in the schema'],
    ['a type is not there', { Note: null, Nope: null }, 'Nope has no owner in the schema'],
    ['the owner has no column', { Note: table({ columns: { id: 'id' } }) }, 'Note.userId names the owner and has no'],
    [
      'a column’s name is inherited',
      { Note: table({ columns: Object.create({ userId: 'user_id' }) }) },
      'has no column',
    ],
    ['the role is everybody', { Note: table({ role: 'public' }) }, 'The role "public" is everybody'],
    [
      'a trusted role is everybody',
      { Note: table({ bypassPolicies: { all: { role: 'public' } } }) },
      'The role "public" is everybody',
    ],
    [
      'a trusted policy takes a name',
      { Note: table({ bypassPolicies: { owner_select: { role: 'a' } } }) },
      'owner_select is taken',
    ],
    ['a name is empty', { Note: table({ table: '' }) }, '"" is no name in PostgreSQL'],
    ['a name holds NUL', { Note: table({ schema: NUL }) }, `${JSON.stringify(NUL)} is no name in PostgreSQL`],
    ['a name would be cut', { Note: table({ role: 'ü'.repeat(32) }) }, 'is no name in PostgreSQL'],
    ['a name is no text', { Note: table({ role: 'a\ud800' }) }, '"a\\ud800" is no name in PostgreSQL'],
  ])('%s', (_, tables, message) => {
    expect(() => rlsPolicies(createTestPolicy(NOTE), tables)).toThrow(message);
  });

  test('a name of 63 bytes is kept, whatever is in it', () => {
    const role = `${'ü'.repeat(29)}%2"\\x`;
    expect(Buffer.byteLength(role)).toBe(63);
    expect(rlsPolicies(createTestPolicy(NOTE), { Note: table({ role }) })[0]?.policies).not.toEqual([]);
  });

  test('two types are kept in one table; every mistake is told at once', () => {
    const sdl = `${NOTE} type Other @owner { userId: ID! } extend type Query { other: Other @auth }`;
    const places = { Note: table(), Other: table({ columns: {} }) };
    expect(() => rlsPolicies(createTestPolicy(sdl), places)).toThrow(
      new TypeError(
        `No policies can be made:
  Other.userId names the owner and has no column.
  Note and Other are kept in one table: policies would open it to either.`,
      ),
    );
  });
});

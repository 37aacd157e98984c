import { describe, expect, test } from 'vitest';
import { createTestPolicy } from './test-harness.ts';
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
describe('rlsPolicies', () => {
  test('returns a policy for each granted command, and one for the role that owns the table', () => {
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
  ] as const)('returns a policy for a bypass role limited to %s', (command, clauses) => {
    expect(definitions(NOTE, { commands: [], bypassPolicies: { accounts: { role: 'auth', command } } }).at(-1)).toBe(
      `accounts for ${command} to "auth" ${clauses}`,
    );
  });

  test('uses the roles of orRoles in the SELECT policy only', () => {
    const open = `${IS_OWN} or (select app.acts_for_every_owner('Note', array['ADMIN', 'AUDITOR']))`;
    expect(definitions(NOTE.replace('@owner', '@owner(orRoles: [ADMIN, AUDITOR])')).slice(1)).toEqual([
      `owner_select for select to "api" using (${open})`,
      `owner_insert for insert to "api" with check (${IS_OWN})`,
      `owner_update for update to "api" using (${IS_OWN}) with check (${IS_OWN})`,
      `owner_delete for delete to "api" using (${IS_OWN})`,
    ]);
  });

  test('compares the owner columns of the type and its interfaces, each once', () => {
    const interfaces = `interface Written @owner(field: "by", orRoles: [ADMIN]) { by: String! }
      interface Kept @owner { userId: ID! }`;
    const sdl = `${NOTE.replace('type Note', 'type Note implements Written & Kept')} ${interfaces}`;
    const byRole = `${WROTE} or (select app.acts_for_every_owner('Note', array['ADMIN']))`;
    expect(definitions(sdl).slice(1, 3)).toEqual([
      `owner_select for select to "api" using ((${IS_OWN}) and (${byRole}))`,
      `owner_insert for insert to "api" with check ((${IS_OWN}) and (${WROTE}))`,
    ]);
  });

  test('returns nothing for a type without a table or without an owner', () => {
    expect(rlsPolicies(createTestPolicy(NOTE), { Note: null })).toEqual([]);
    expect(rlsPolicies(createTestPolicy('type Query { a: Int @auth }'), {})).toEqual([]);
  });

  test('returns no policy for an owner rule on a field', () => {
    const field = 'type Query { note: Note @auth } type Note @auth { userId: ID! secret: String @owner }';
    expect(rlsPolicies(createTestPolicy(field), {})).toEqual([]);
  });

  test('calls the configured functions', () => {
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

test('rlsPolicySql enables and forces row security before it creates the policies', () => {
  const [made] = rlsPolicies(createTestPolicy(NOTE), { Note: table({ commands: ['select'] }) });
  expect(made && rlsPolicySql(made)).toBe(
    `alter table "app"."note" enable row level security;
alter table "app"."note" force row level security;
create policy "maintenance" on "app"."note" to current_user using (true) with check (true);
create policy "owner_select" on "app"."note" for select to "api" using (${IS_OWN});`,
  );
});

describe('rlsPolicies with invalid tables', () => {
  const NUL = 'a\0b';
  test.each<[string, Record<string, TableMapping | null>, string]>([
    ['an owned type has no table', {}, 'Note has an owner but no table'],
    ['a table’s type has no owner', { Note: null, Query: table() }, 'Query has no @owner in the schema'],
    ['a type does not exist', { Note: null, Nope: null }, 'Nope has no @owner in the schema'],
    [
      'the owner has no column',
      { Note: table({ columns: { id: 'id' } }) },
      'Note.userId is an owner field without a column',
    ],
    [
      'the column is only an inherited property',
      { Note: table({ columns: Object.create({ userId: 'user_id' }) }) },
      'is an owner field without a column',
    ],
    ['the role is public', { Note: table({ role: 'public' }) }, 'The role "public" means every role'],
    [
      'a bypass role is public',
      { Note: table({ bypassPolicies: { all: { role: 'public' } } }) },
      'The role "public" means every role',
    ],
    ['the role is none', { Note: table({ role: 'none' }) }, 'PostgreSQL has no role "none"'],
    [
      'the role that executes requests has a bypass policy',
      { Note: table({ bypassPolicies: { all: { role: table({}).role } } }) },
      'executes requests: a bypass policy for it would permit the rows of all owners',
    ],
    [
      'a command is named twice',
      { Note: table({ commands: ['select', 'delete', 'select'] }) },
      'Note has the command select twice',
    ],
    [
      'a bypass policy has a reserved name',
      { Note: table({ bypassPolicies: { owner_select: { role: 'a' } } }) },
      'owner_select is reserved',
    ],
    ['a name is empty', { Note: table({ table: '' }) }, '"" is not a valid name in PostgreSQL'],
    [
      'a name contains NUL',
      { Note: table({ schema: NUL }) },
      `${JSON.stringify(NUL)} is not a valid name in PostgreSQL`,
    ],
    ['a name would be truncated', { Note: table({ role: 'ü'.repeat(32) }) }, 'is not a valid name in PostgreSQL'],
    [
      'a name is not well-formed Unicode',
      { Note: table({ role: 'a\ud800' }) },
      '"a\\ud800" is not a valid name in PostgreSQL',
    ],
  ])('throws if %s', (_, tables, message) => {
    expect(() => rlsPolicies(createTestPolicy(NOTE), tables)).toThrow(message);
  });

  test('accepts any name of 63 bytes', () => {
    const role = `${'ü'.repeat(29)}%2"\\x`;
    expect(Buffer.byteLength(role)).toBe(63);
    expect(rlsPolicies(createTestPolicy(NOTE), { Note: table({ role }) })[0]?.policies).not.toEqual([]);
  });

  test('throws if two types share one table, and lists every error', () => {
    const sdl = `${NOTE} type Other @owner { userId: ID! } extend type Query { other: Other @auth }`;
    const tables = { Note: table(), Other: table({ columns: {} }) };
    expect(() => rlsPolicies(createTestPolicy(sdl), tables)).toThrow(
      new TypeError(
        `Cannot generate row-level-security policies:
  Other.userId is an owner field without a column.
  Note and Other share one table: either type's policies would permit its rows.`,
      ),
    );
  });
});

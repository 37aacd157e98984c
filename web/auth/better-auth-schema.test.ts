import { getMigrations } from 'better-auth/db/migration';
import { Client, Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MAIL_KINDS } from '../mail/mail-kind.ts';
import { betterAuthOptions } from './better-auth-options.ts';
import { type TestAccounts, createTestAccounts } from '../../test/support/test-accounts.ts';

/**
 * Lists what decides which rows the tables of a schema accept: columns with type, nullability and default; keys, unique
 * constraints, checks and foreign keys; indexes. One line each, without the schema's name.
 */
const CATALOG = `
  select format('column %I.%I %s%s%s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
                case when a.attnotnull then ' not null' end, ' default ' || pg_get_expr(d.adbin, d.adrelid)) as line
  from pg_attribute a
  join pg_class c on c.oid = a.attrelid and c.relkind = 'r'
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = $1::regnamespace and a.attnum > 0 and not a.attisdropped
  union all
  select format('constraint on %I %s', c.relname, pg_get_constraintdef(k.oid))
  from pg_constraint k join pg_class c on c.oid = k.conrelid
  where k.connamespace = $1::regnamespace and k.contype <> 'n'
  union all
  select regexp_replace(pg_get_indexdef(i.indexrelid), 'INDEX \\S+ ON', 'INDEX ON')
  from pg_index i join pg_class c on c.oid = i.indrelid
  where c.relnamespace = $1::regnamespace`;

/** What the migrations add to Better Auth's schema. */
const ADDITIONS = [
  'CREATE INDEX ON verification USING btree (expires_at)',
  'CREATE INDEX ON verification USING btree (value COLLATE "C")',
  'CREATE INDEX ON session USING btree (expires_at)',
  'CREATE INDEX ON rate_limit USING btree (last_request)',
  `column rate_limit.hits bigint[] not null default '{}'::bigint[]`,
  'CREATE INDEX ON session_revocation USING btree (expires_at)',
  'CREATE INDEX ON session_revocation USING btree (revoked_at)',
  'CREATE UNIQUE INDEX ON session_revocation USING btree (session_id)',
  'column session_revocation.session_id uuid not null',
  'column session_revocation.revoked_at timestamp with time zone not null default clock_timestamp()',
  `column session_revocation.expires_at timestamp with time zone not null default (clock_timestamp() + '25:00:00'::interval)`,
  'column session_revocation.reason text not null',
  'constraint on session_revocation PRIMARY KEY (session_id)',
  `constraint on session_revocation CHECK ((reason = ANY (ARRAY['ENDED'::text, 'RENAMED'::text])))`,
  'CREATE UNIQUE INDEX ON "user" USING btree (lower(email))',
  'CREATE UNIQUE INDEX ON account USING btree (provider_id, account_id)',
  'constraint on account UNIQUE (provider_id, account_id)',
  `constraint on "user" CHECK ((role = ANY (ARRAY['USER'::text, 'ADMIN'::text])))`,
];

/** What the migrations have instead of lines of Better Auth's schema. */
const REPLACEMENTS: ReadonlyMap<string, string> = new Map([
  ['CREATE INDEX ON two_factor USING btree (user_id)', 'CREATE UNIQUE INDEX ON two_factor USING btree (user_id)'],
  ['CREATE INDEX ON passkey USING btree (credential_id)', 'CREATE UNIQUE INDEX ON passkey USING btree (credential_id)'],
  [
    'column session.authenticated_at timestamp with time zone not null',
    'column session.authenticated_at timestamp with time zone not null default CURRENT_TIMESTAMP',
  ],
]);

/** The security log, which Better Auth does not use; server/data/admin/schema-drift.test.ts compares it with the API's entities. */
const SECURITY_LOG = [
  'CREATE INDEX ON auth_event USING btree (created_at DESC, id)',
  'CREATE INDEX ON auth_event USING btree (kind, created_at DESC, id)',
  'CREATE INDEX ON auth_event USING btree (user_id, created_at DESC, id)',
  'CREATE UNIQUE INDEX ON auth_event USING btree (id)',
  'column auth_event.address text',
  `column auth_event.created_at timestamp with time zone not null default date_trunc('milliseconds'::text, clock_timestamp())`,
  'column auth_event.detail text',
  'column auth_event.id uuid not null default gen_random_uuid()',
  `column auth_event.kind text not null default 'EVERY_OWNER_READ'::text`,
  `column auth_event.outcome text not null default 'SUCCEEDED'::text`,
  'column auth_event.user_agent text',
  'column auth_event.user_id uuid',
  'constraint on auth_event CHECK ((char_length(address) <= 64))',
  'constraint on auth_event CHECK ((char_length(detail) <= 100))',
  'constraint on auth_event CHECK ((char_length(user_agent) <= 300))',
  `constraint on auth_event CHECK ((kind = ANY (ARRAY['SIGN_UP'::text, 'SIGN_IN'::text, 'SIGN_OUT'::text, 'RENEWAL'::text, 'PASSWORD_CHANGED'::text, 'ROLE_CHANGED'::text, 'EVERY_OWNER_READ'::text, 'PROFILE_CHANGED'::text, 'EMAIL_VERIFICATION_REQUESTED'::text, 'EMAIL_VERIFIED'::text, 'EMAIL_CHANGE_REQUESTED'::text, 'EMAIL_CHANGED'::text, 'PASSWORD_RESET_REQUESTED'::text, 'PASSWORD_RESET'::text, 'SECOND_FACTOR_ENABLED'::text, 'SECOND_FACTOR_DISABLED'::text, 'SECOND_FACTOR_CHECKED'::text, 'BACKUP_CODES_CREATED'::text, 'PASSKEY_ADDED'::text, 'PASSKEY_CHANGED'::text, 'PASSKEY_REMOVED'::text, 'STEP_UP'::text, 'PROVIDER_LINKED'::text, 'PROVIDER_UNLINKED'::text, 'BANNED'::text, 'UNBANNED'::text, 'DATA_EXPORTED'::text, 'ACCOUNT_DELETED'::text, 'ACCESS_REFUSED'::text])))`,
  `constraint on auth_event CHECK ((outcome = ANY (ARRAY['SUCCEEDED'::text, 'FAILED'::text, 'REFUSED'::text, 'LIMITED'::text])))`,
  'constraint on auth_event PRIMARY KEY (id)',
];

/** The outbox, which Better Auth does not use. */
const OUTBOX = [
  'CREATE INDEX ON mail_outbox USING btree (created_at)',
  'CREATE INDEX ON mail_outbox USING btree (next_attempt_at) WHERE (failed_at IS NULL)',
  'CREATE INDEX ON mail_outbox USING btree (user_id)',
  'CREATE UNIQUE INDEX ON mail_outbox USING btree (id)',
  'column mail_outbox.address text',
  'column mail_outbox.attempts integer not null default 0',
  'column mail_outbox.created_at timestamp with time zone not null default clock_timestamp()',
  'column mail_outbox.failed_at timestamp with time zone',
  'column mail_outbox.id uuid not null default gen_random_uuid()',
  'column mail_outbox.kind text not null',
  'column mail_outbox.last_error text',
  'column mail_outbox.next_attempt_at timestamp with time zone not null default clock_timestamp()',
  'column mail_outbox.user_id uuid',
  'constraint on mail_outbox CHECK (((user_id IS NOT NULL) OR (address IS NOT NULL)))',
  'constraint on mail_outbox CHECK ((char_length(address) <= 254))',
  'constraint on mail_outbox CHECK ((char_length(last_error) <= 100))',
  `constraint on mail_outbox CHECK ((kind = ANY (ARRAY[${MAIL_KINDS.map((kind) => `'${kind}'::text`).join(', ')}])))`,
  'constraint on mail_outbox FOREIGN KEY (user_id) REFERENCES "user"(id) ON DELETE CASCADE',
  'constraint on mail_outbox PRIMARY KEY (id)',
];

let accounts: TestAccounts;
let admin: Client;

beforeAll(async () => {
  accounts = await createTestAccounts();
  admin = new Client({ connectionString: accounts.database.superuser });
  await admin.connect();
});
afterAll(async () => {
  await admin.end();
  await accounts.end();
});

async function catalogOf(schema: string): Promise<string[]> {
  // With an empty search path every name has its schema, which is then removed.
  await admin.query(`set search_path = ''`);
  const { rows } = await admin.query<{ line: string }>(CATALOG, [schema]);
  return rows.map(({ line }) => line.replaceAll(`${schema}.`, '')).toSorted();
}

describe('the migrated schema `auth`', () => {
  test('the migrated schema is the one that Better Auth generates, with Fieldgate’s additions', async () => {
    await admin.query('create schema better_auth');
    const database = new Pool({
      connectionString: accounts.database.superuser,
      options: '-c search_path=better_auth',
      max: 1,
    });
    try {
      const { runMigrations } = await getMigrations(
        betterAuthOptions(accounts.config, database, accounts.services.issue, accounts.services),
      );
      await runMigrations();
    } finally {
      await database.end();
    }
    expect(await catalogOf('auth')).toEqual(
      [
        ...(await catalogOf('better_auth')).map((line) => REPLACEMENTS.get(line) ?? line),
        ...ADDITIONS,
        ...SECURITY_LOG,
        ...OUTBOX,
      ].toSorted(),
    );
  });

  test('Better Auth, with its own role, finds nothing to migrate', async () => {
    const { toBeCreated, toBeAdded, toBeAddedIndexes, schemaProblems } = await getMigrations(
      accounts.services.auth.options,
    );
    expect({ toBeCreated, toBeAdded, toBeAddedIndexes, schemaProblems }).toEqual({
      toBeCreated: [],
      toBeAdded: [],
      toBeAddedIndexes: [],
      schemaProblems: [],
    });
  });

  test('every migrated table has a comment', async () => {
    const { rows } = await admin.query(
      `select relname from pg_class
       where relnamespace = 'auth'::regnamespace and relkind = 'r' and obj_description(oid, 'pg_class') is null`,
    );
    expect(rows).toEqual([]);
  });
});

// covers: ACCOUNT-07, FR-004
test('the database rejects an e-mail address that differs from another in letter case alone', async () => {
  const insert = (email: string) =>
    admin.query(`insert into auth."user" (name, email, email_verified, role) values ('', $1, false, 'USER')`, [email]);
  await insert('ada@example.com');
  await expect(insert('Ada@Example.com')).rejects.toMatchObject({ code: '23505' });
});

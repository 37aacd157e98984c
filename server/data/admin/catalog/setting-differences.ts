import { type Client, escapeIdentifier } from 'pg';
import { HARMLESS_SETTINGS } from '../role-settings.ts';
import { RUNTIME_ROLES } from '../runtime-roles.ts';
import { missingSessionSettings, STORED_SESSION_SETTINGS } from '../session-settings.ts';
import type { CatalogDifference } from './declared-catalog.ts';

/**
 * Server settings that change policies, triggers or the meaning of statements (such as `= null` or a backslash), with
 * their required values.
 */
const SENSITIVE = [
  ['session_replication_role', 'origin'],
  ['row_security', 'on'],
  ['event_triggers', 'on'],
  ['lo_compat_privileges', 'off'],
  ['transform_null_equals', 'off'],
  ['standard_conforming_strings', 'on'],
  ['default_transaction_read_only', 'off'],
  ['ignore_system_indexes', 'off'],
] as const;
const NAMES = SENSITIVE.map(([name]) => name);

/** Finds default settings of roles and databases that are not harmless. Only a request may set `app.viewer_id`. */
const SETTINGS = `
  select pg_get_userbyid(nullif(setrole, 0)) as role, datname as database, split_part(setting, '=', 1) as name
  from pg_db_role_setting left join pg_database d on d.oid = setdatabase, unnest(setconfig) as setting
  where (setdatabase = 0 or datname = current_database()) and case
    when setrole = 0 then split_part(setting, '=', 1) ~* '^(app[.].*|role|session_authorization|search_path)$'
      or lower(split_part(setting, '=', 1)) = any($2)
    else pg_get_userbyid(setrole) = any($1) and split_part(setting, '=', 1) !~* $3
      and not (pg_get_userbyid(setrole) = $4 and setdatabase <> 0 and setting = any ($5)) end
  order by 1, 2, 3`;

/**
 * Reports default settings of the runtime roles, other than those that limit or log what the roles do, and settings that
 * the API's role needs and does not have.
 */
export async function settingDifferences(client: Client, roles: readonly string[]): Promise<CatalogDifference[]> {
  const { rows } = await client.query<{ role: string | null; database: string | null; name: string }>(SETTINGS, [
    roles,
    NAMES,
    HARMLESS_SETTINGS,
    RUNTIME_ROLES.api,
    STORED_SESSION_SETTINGS,
  ]);
  const unexpected = rows.map(({ role, database, name }) => {
    const within = database === null ? '' : `database ${escapeIdentifier(database)}`;
    const scope = role === null ? (within === '' ? 'role all' : within) : `role ${escapeIdentifier(role)}`;
    const inDatabase = role !== null && within !== '' ? ` in ${within}` : '';
    const quoted = name.split('.').map((part) => escapeIdentifier(part));
    return {
      description: `Every connection of ${role ?? 'every role'} begins with a value of ${name}, which only a request may set.`,
      repair: [`alter ${scope}${inDatabase} reset ${quoted.join('.')}`],
    };
  });
  const missing = roles.includes(RUNTIME_ROLES.api) ? await missingSessionSettings(client) : [];
  return [
    ...unexpected,
    ...missing.map(({ name, statement }) => ({
      description: `The role ${RUNTIME_ROLES.api} lacks its default setting of ${name} in this database.`,
      repair: [statement],
    })),
  ];
}

/** Reads the server settings with which connections start. */
const SERVER = `
  select name, reset_val as value, expected
  from pg_settings join unnest($1::text[], $2::text[]) as sensitive (sensitive_name, expected) on sensitive_name = name
  where reset_val <> expected order by name`;

const EVENT_TRIGGERS = `
  select evtname as name, evtevent as event, evtfoid::regprocedure::text as function from pg_event_trigger
  where not exists (
    select from pg_depend where classid = 'pg_event_trigger'::regclass and objid = pg_event_trigger.oid and deptype = 'e')
  order by 1`;

/** Reports wrong server settings, and event triggers. */
export async function serverDifferences(client: Client): Promise<CatalogDifference[]> {
  const settings = await client.query<{ name: string; value: string; expected: string }>(SERVER, [
    NAMES,
    SENSITIVE.map(([, value]) => value),
  ]);
  const triggers = await client.query<{ name: string; event: string; function: string }>(EVENT_TRIGGERS);
  return [
    ...settings.rows.map(({ name, value, expected }) => ({
      description: `The server begins every connection with ${name} = ${value}; it has to be ${expected}.`,
      repair: [`alter system set ${name} = ${expected}`],
    })),
    ...triggers.rows.map((trigger) => ({
      description: `The event trigger ${trigger.name} runs ${trigger.function} on ${trigger.event}, and may change or undo migrations.`,
      repair: [`drop event trigger ${escapeIdentifier(trigger.name)}`],
    })),
  ];
}

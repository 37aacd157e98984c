import type { EntitySchema } from 'typeorm';
import { AuthEventEntity } from '../auth-event/auth-event-entity.ts';
import type { DeclaredFunction, Grant } from './catalog/declared-catalog.ts';
import { REQUEST_COUNT_FUNCTIONS } from './request-count-functions.ts';
import { RUNTIME_ROLES } from './runtime-roles.ts';
import { StepEntity } from '../step/step-entity.ts';
import { TaskEntity } from '../task/task-entity.ts';
import { UserEntity } from '../user/user-entity.ts';

const { api, auth } = RUNTIME_ROLES;

type Command = 'select' | 'insert' | 'update' | 'delete';
type Privileges = Readonly<Partial<Record<Command, true | readonly string[]>>>;

/** The table of an owned type. Its owner column is declared by the schema's `@owner` directive, not here. */
export interface OwnedTable {
  readonly schema: string;
  readonly table: string;
  /** Maps each property to its column. */
  readonly columns: Readonly<Record<string, string>>;
  readonly role: string;
  readonly commands: readonly Command[];
  /** Policies that give a role access to every row, by policy name. */
  readonly bypassPolicies: Readonly<Record<string, { readonly role: string; readonly command?: Command }>>;
  readonly grants: readonly Grant[];
}

/**
 * All privileges on all columns. Elsewhere columns are listed, so that no request can update the owner, for example.
 */
const ALL_PRIVILEGES: Privileges = { select: true, insert: true, update: true, delete: true };

/**
 * The privileges of the runtime roles on the owned tables, complete. The migrations grant them, and `npm run access --
 * policies --check` reports every difference. Columns have their database names.
 */
export const OWNED_TABLES: Readonly<Record<string, OwnedTable>> = {
  AuthEvent: ownedTable(
    AuthEventEntity,
    { select: true, insert: ['user_id', 'address', 'user_agent', 'detail'] },
    {
      name: 'accounts',
      command: 'insert',
      privileges: { insert: ['user_id', 'kind', 'outcome', 'address', 'user_agent', 'detail'] },
    },
  ),
  Step: ownedTable(StepEntity, {
    select: true,
    insert: ['user_id', 'id', 'task_id', 'title', 'done', 'position'],
    update: ['title', 'done'],
    delete: true,
  }),
  Task: ownedTable(TaskEntity, {
    select: true,
    insert: ['user_id', 'id', 'title', 'description', 'done', 'due_at', 'priority', 'position', 'completed_at'],
    update: [
      'title',
      'description',
      'done',
      'due_at',
      'priority',
      'position',
      'version',
      'updated_at',
      'completed_at',
      'deleted_at',
    ],
    delete: true,
  }),
  User: ownedTable(
    UserEntity,
    { select: Object.values(columnsOf(UserEntity)) },
    { name: 'accounts', privileges: ALL_PRIVILEGES },
  ),
};

/** All privileges of the runtime roles. */
export const GRANTS: readonly Grant[] = [
  schemaGrant('app', api),
  schemaGrant('auth', api),
  schemaGrant('auth', auth),
  functionGrant('app', 'viewer_id', '', api),
  functionGrant('app', 'acts_for_every_owner', 'text, text[]', api),
  functionGrant('app', 'read_request_secret', '', api),
  functionGrant(
    'app',
    'settle_requests',
    'uuid, bytea[], double precision[], double precision[], double precision[], double precision[], double precision[]',
    api,
  ),
  functionGrant('auth', 'record_refusal', 'text, text, text', api),
  functionGrant('auth', 'remove_deleted_tasks', 'interval, integer', auth),
  functionGrant('auth', 'remove_old_events', 'interval, integer', auth),
  functionGrant('auth', 'return_attempt', 'text, bigint', auth),
  functionGrant('auth', 'take_attempts', 'text, integer, integer, bigint', auth),
  ...Object.values(OWNED_TABLES).flatMap(({ grants }) => grants),
  ...[
    'account',
    'mail_outbox',
    'passkey',
    'rate_limit',
    'session',
    'session_revocation',
    'two_factor',
    'verification',
  ].map((name) => tableGrant('auth', name, auth, ALL_PRIVILEGES)),
  // Without row-level security: ids of ended sessions reveal nothing about their users.
  tableGrant('auth', 'session_revocation', api, { select: ['session_id', 'revoked_at'] }),
];

/** The functions that policies call, and those that run with the rights of their owner (SECURITY DEFINER). */
export const POLICY_FUNCTIONS: readonly DeclaredFunction[] = [
  {
    schema: 'app',
    name: 'viewer_id',
    parameters: '',
    definition: `returns uuid language sql stable parallel safe
      return nullif(current_setting('app.viewer_id', true), '')::uuid`,
  },
  {
    schema: 'app',
    name: 'acts_for_every_owner',
    parameters: 'type text, roles text[]',
    definition: `returns boolean language sql stable parallel safe
      return coalesce(current_setting('app.every_owner', true) = type, false)
        and exists (select from auth."user" u where u.id = app.viewer_id() and u.role = any (roles))`,
  },
  {
    schema: 'auth',
    name: 'record_refusal',
    parameters: 'reason text, address text, user_agent text',
    definition: `returns void
        language sql security definer set search_path = '' as $$
          select pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended('record_refusal ' || app.viewer_id(), 0));
          insert into auth.auth_event (user_id, kind, outcome, address, user_agent, detail)
            select app.viewer_id(), 'ACCESS_REFUSED', 'REFUSED', address, user_agent, reason
            where app.viewer_id() is not null and not exists (
              select from auth.auth_event where user_id = app.viewer_id()
                and created_at > now() - interval '1 minute' and kind = 'ACCESS_REFUSED');
        $$`,
  },
  {
    schema: 'auth',
    name: 'remove_deleted_tasks',
    parameters: 'older_than interval, at_most integer',
    definition: `returns integer
        language sql strict security definer set search_path = '' as $$
          with removed as (
            delete from app.task where (user_id, id) in (
              select user_id, id from app.task
              where deleted_at < least(now() - older_than, now() - interval '720 hours')
              order by deleted_at limit at_most for update skip locked) returning 1
          ) select count(*)::integer from removed
        $$`,
  },
  {
    schema: 'auth',
    name: 'remove_old_events',
    parameters: 'older_than interval, at_most integer',
    definition: `returns integer
        language sql strict security definer set search_path = '' as $$
          with removed as (
            delete from auth.auth_event where id in (
              select id from auth.auth_event where created_at < least(now() - older_than, now() - interval '2160 hours')
              order by created_at limit at_most) returning 1
          ) select count(*)::integer from removed
        $$`,
  },
  ...REQUEST_COUNT_FUNCTIONS,
];

function tableGrant(schema: string, name: string, grantee: string, privileges: Grant['privileges']): Grant {
  return { kind: 'table', schema, name, grantee, privileges };
}

function schemaGrant(name: string, grantee: string): Grant {
  return { kind: 'schema', schema: name, name, grantee, privileges: { usage: true } };
}

function functionGrant(schema: string, name: string, types: string, grantee: string): Grant {
  return { kind: 'function', schema, name, arguments: types, grantee, privileges: { execute: true } };
}

interface BypassPolicy {
  readonly name: string;
  readonly command?: Command;
  readonly privileges: Privileges;
}

function ownedTable<Row>(entity: EntitySchema<Row>, privileges: Privileges, bypass?: BypassPolicy): OwnedTable {
  const { schema = 'public', tableName = '' } = entity.options;
  const grant = (grantee: string, granted: Privileges): Grant => tableGrant(schema, tableName, grantee, granted);
  return {
    schema,
    table: tableName,
    columns: columnsOf(entity),
    role: api,
    commands: Object.keys(privileges) as Command[],
    bypassPolicies: bypass ? { [bypass.name]: { role: auth, ...(bypass.command && { command: bypass.command }) } } : {},
    grants: [grant(api, privileges), ...(bypass ? [grant(auth, bypass.privileges)] : [])],
  };
}

/** Maps each property of an entity to its column. */
function columnsOf<Row>({ options }: EntitySchema<Row>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(options.columns).map(([property, column]) => [
      property,
      (column as { readonly name?: string } | undefined)?.name ?? property,
    ]),
  );
}

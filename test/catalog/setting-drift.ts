import { type DriftCases, onCurrentDatabase, forEachRole } from './catalog-drift.ts';

/** Settings that a role, or the database, can have at the start of each connection. */
const SETTINGS = {
  search_path: 'evil, public',
  row_security: 'off',
  default_transaction_read_only: 'on',
  transform_null_equals: 'on',
  standard_conforming_strings: 'off',
  session_replication_role: 'replica',
  'app.viewer_id': 'x',
  'app.every_owner': 'AuthEvent',
  plan_cache_mode: 'force_custom_plan',
  TimeZone: 'Asia/Tokyo',
  role: 'pg_monitor',
};

const begins = (role: string, name: string) => `Every connection of ${role} begins with a value of ${name}, `;
const forAll = Object.entries(SETTINGS).filter(([name]) => !['plan_cache_mode', 'TimeZone'].includes(name));

/** Drift of settings of roles and the database, and of event triggers. */
export const settingDrift: DriftCases = [
  ...Object.entries(SETTINGS).flatMap(([name, value]) => [
    [
      `a process begins with ${name}`,
      forEachRole(
        (role) => begins(role, name),
        (role) => `alter role ${role} set ${name} = '${value}'`,
      ),
    ] as const,
    [
      `a process begins with ${name} in this database`,
      forEachRole(
        (role) => begins(role, name),
        (role) => onCurrentDatabase(`alter role ${role} in database %I set ${name} = ''${value}''`),
      ),
    ] as const,
  ]),
  ...forAll.flatMap(([name, value]) => [
    [
      `every role begins with ${name}`,
      [{ sql: `alter role all set ${name} = '${value}'`, expectedDifference: begins('every role', name) }],
    ] as const,
    [
      `every role begins with ${name} in this database`,
      [
        {
          sql: onCurrentDatabase(`alter database %I set ${name} = ''${value}''`),
          expectedDifference: begins('every role', name),
        },
      ],
    ] as const,
  ]),
  ...['plan_cache_mode', 'idle_in_transaction_session_timeout'].map(
    (name) =>
      [
        `the API’s role lacks its default of ${name}`,
        [
          {
            sql: onCurrentDatabase(`alter role fieldgate_api in database %I reset ${name}`),
            expectedDifference: `The role fieldgate_api lacks its default setting of ${name} in this database`,
          },
        ],
      ] as const,
  ),
  [
    'an event trigger runs at every change of a table',
    [
      {
        sql: `create function public.every_change() returns event_trigger language plpgsql as 'begin end';
          revoke execute on function public.every_change() from public;
          create event trigger every_change on ddl_command_end execute function public.every_change()`,
        expectedDifference: 'The event trigger every_change runs every_change() on ddl_command_end',
      },
    ],
  ],
];

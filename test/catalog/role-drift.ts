import { type DriftCases, onCurrentDatabase, forEachRole, OTHER_USER_ID } from './catalog-drift.ts';

/** Drift of the processes' roles: attributes, memberships, settings and owned objects. */
export const roleDrift: DriftCases = [
  ...(
    [
      ['superuser', 'is a superuser'],
      ['bypassrls', 'has BYPASSRLS'],
      ['createrole', 'may create roles'],
      ['createdb', 'may create databases'],
      ['replication', 'may replicate'],
      ['inherit', 'inherits what other roles may do'],
    ] as const
  ).map(
    ([attribute, expectedDifference]) =>
      [
        `a process is ${attribute}`,
        forEachRole(
          (role) => `${role} ${expectedDifference}`,
          (role) => `alter role ${role} ${attribute}`,
        ),
      ] as const,
  ),
  ...['postgres', 'pg_read_all_data', 'fieldgate_other'].map(
    (group) =>
      [
        `a process is a member of ${group}`,
        forEachRole(
          (role) => `${role} is a member of ${group}`,
          (role) =>
            `do $$ begin create role fieldgate_other; exception when duplicate_object then end $$; grant ${group} to ${role}`,
        ),
      ] as const,
  ),
  [
    'a process may assume another role',
    forEachRole(
      (role) => `${role} is a member of keeper_${role}`,
      (role) => `create role keeper_${role}; grant keeper_${role} to ${role} with inherit false`,
    ),
  ],
  [
    'a process administers another role',
    forEachRole(
      (role) => `${role} is a member of keeper_${role}`,
      (role) => `create role keeper_${role}; grant keeper_${role} to ${role} with admin true, inherit false, set false`,
    ),
  ],
  [
    'another role is a member of a process’s role',
    forEachRole(
      (role) => `guest_${role} is a member of ${role}`,
      (role) => `create role guest_${role}; grant ${role} to guest_${role}`,
    ),
  ],
  [
    'another role administers a process’s role',
    forEachRole(
      (role) => `guest_${role} is a member of ${role}`,
      (role) => `create role guest_${role}; grant ${role} to guest_${role} with admin true, inherit false, set false`,
    ),
  ],
  [
    'a process always has a viewer id',
    forEachRole(
      (role) => `Every connection of ${role} begins with a value of app.viewer_id`,
      (role) => `alter role ${role} set app.viewer_id = '${OTHER_USER_ID}'`,
    ),
  ],
  [
    'a process works as another role',
    forEachRole(
      (role) => `Every connection of ${role} begins with a value of role`,
      (role) => `alter role ${role} set role = pg_monitor`,
    ),
  ],
  [
    'a process has another search_path',
    forEachRole(
      (role) => `Every connection of ${role} begins with a value of search_path`,
      (role) => `alter role ${role} set search_path = evil`,
    ),
  ],
  [
    'every connection to the database has a viewer id',
    [
      {
        sql: onCurrentDatabase(`alter database %I set app.viewer_id = ''${OTHER_USER_ID}''`),
        expectedDifference: 'Every connection of every role begins with a value of app.viewer_id',
      },
    ],
  ],
  [
    'every role has a cross-owner setting',
    [
      {
        sql: `alter role all set app.every_owner = 'AuthEvent'`,
        expectedDifference: 'Every connection of every role begins with a value of app.every_owner',
      },
    ],
  ],
  [
    'a process owns a table',
    forEachRole(
      (role) => `${role} owns table app.of_${role}`,
      (role) => `create table app.of_${role} (); alter table app.of_${role} owner to ${role}`,
    ),
  ],
  [
    'a process owns a schema',
    forEachRole(
      (role) => `${role} owns schema of_${role}`,
      (role) => `create schema of_${role} authorization ${role}`,
    ),
  ],
  [
    'a process owns a function',
    forEachRole(
      (role) => `${role} owns function of_${role}()`,
      (role) =>
        `create function public.of_${role}() returns int return 1; alter function public.of_${role} owner to ${role}`,
    ),
  ],
];

import { type CatalogDrift, type DriftCases, forEachRole, OTHER_USER_ID } from './catalog-drift.ts';

const viewerIdDrift = (how: string): readonly CatalogDrift[] => [
  {
    sql: how,
    expectedDifference: 'The function app.viewer_id(), on which policies rest, does not do what was declared.',
  },
];

/** What can lend a process more rights than it has, and what can make every policy say something else. */
export const functionDrift: DriftCases = [
  [
    'a process reads a view with its owner’s rights',
    forEachRole(
      (role) => `The view public.of_${role} reads with its owner's rights, and ${role} may use it.`,
      (role) =>
        `create view public.of_${role} as select * from app.task; alter view public.of_${role} owner to fieldgate; grant select on public.of_${role} to ${role}`,
    ),
  ],
  [
    'a process reads one column of a materialized view',
    forEachRole(
      (role) => `The materialized view app.of_${role} holds rows that no policy guards, and ${role} may read it.`,
      (role) =>
        `create materialized view app.of_${role} as select * from app.task; grant select (title) on app.of_${role} to ${role}`,
    ),
  ],
  [
    'a process calls a function with its owner’s rights',
    forEachRole(
      (role) => `app.of_${role}() works with its owner's rights`,
      (
        role,
      ) => `create function app.of_${role}() returns bigint security definer return (select count(*) from app.task);
        revoke execute on function app.of_${role} from public; grant execute on function app.of_${role} to ${role}`,
    ),
  ],
  [
    'everybody calls a function with its owner’s rights',
    [
      {
        sql: 'create function app.all() returns bigint security definer return (select count(*) from app.task)',
        expectedDifference: `app."all"() works with its owner's rights`,
      },
    ],
  ],
  [
    'a function sees rows before the policies',
    [
      {
        sql: 'create function public.leak(text) returns boolean language sql leakproof return true; revoke execute on function public.leak from public',
        expectedDifference: 'leak(text) is marked LEAKPROOF',
      },
    ],
  ],
  ...['volatile', 'security definer', 'strict', 'leakproof', 'parallel unsafe', `set search_path = ''`].map(
    (how) => [`the viewer’s function is ${how}`, viewerIdDrift(`alter function app.viewer_id() ${how}`)] as const,
  ),
  [
    'the viewer’s function names somebody',
    viewerIdDrift(
      `create or replace function app.viewer_id() returns uuid language sql stable parallel safe return '${OTHER_USER_ID}'::uuid`,
    ),
  ],
  [
    'the viewer’s function has another language',
    viewerIdDrift(
      `create or replace function app.viewer_id() returns uuid language plpgsql stable parallel safe as $$ begin return '${OTHER_USER_ID}'; end $$`,
    ),
  ],
  ...(
    [
      ['removes entries of any age', `replace(pg_get_functiondef(p), '2160 hours', '0 hours')`],
      ['is deceived about where it looks', `replace(pg_get_functiondef(p), 'SET search_path TO ''''', '')`],
    ] as const
  ).map(
    ([how, definition]) =>
      [
        `the function that removes old entries of the security log ${how}`,
        [
          {
            sql: `do $do$ declare p regprocedure := 'auth.remove_old_events(interval, integer)'; begin execute ${definition}; end $do$`,
            expectedDifference: 'The function auth.remove_old_events(older_than interval, at_most integer)',
          },
        ],
      ] as const,
  ),
  [
    'another function has the name of one that may work with its owner’s rights',
    forEachRole(
      () => `auth.remove_old_events(text) works with its owner's rights`,
      (role) => `create or replace function auth.remove_old_events(text) returns bigint language sql security definer
        return (select count(*) from app.task); revoke execute on function auth.remove_old_events(text) from public;
        grant execute on function auth.remove_old_events(text) to ${role}`,
    ),
  ],
  [
    'any role acts for every owner',
    [
      {
        sql: `create or replace function app.acts_for_every_owner(type text, roles text[]) returns boolean
          language sql stable parallel safe return current_setting('app.every_owner', true) = type`,
        expectedDifference:
          'The function app.acts_for_every_owner(type text, roles text[]), on which policies rest, does not',
      },
    ],
  ],
];

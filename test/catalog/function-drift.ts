import { type CatalogDrift, type DriftCases, forEachRole, OTHER_USER_ID } from './catalog-drift.ts';

const viewerIdDrift = (how: string): readonly CatalogDrift[] => [
  {
    sql: how,
    expectedDifference: 'The function app.viewer_id(), on which policies rest, does not do what was declared.',
  },
];

/** Drift of views and functions that gives a process more privileges or changes what the policies allow. */
export const functionDrift: DriftCases = [
  [
    'a process reads a view with the owner’s privileges',
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
    'a process calls a SECURITY DEFINER function',
    forEachRole(
      (role) => `app.of_${role}() works with its owner's rights`,
      (
        role,
      ) => `create function app.of_${role}() returns bigint security definer return (select count(*) from app.task);
        revoke execute on function app.of_${role} from public; grant execute on function app.of_${role} to ${role}`,
    ),
  ],
  [
    'PUBLIC calls a SECURITY DEFINER function',
    [
      {
        sql: 'create function app.all() returns bigint security definer return (select count(*) from app.task)',
        expectedDifference: `app."all"() works with its owner's rights`,
      },
    ],
  ],
  [
    'a LEAKPROOF function sees rows before the policies',
    [
      {
        sql: 'create function public.leak(text) returns boolean language sql leakproof return true; revoke execute on function public.leak from public',
        expectedDifference: 'leak(text) is marked LEAKPROOF',
      },
    ],
  ],
  ...['volatile', 'security definer', 'strict', 'leakproof', 'parallel unsafe', `set search_path = ''`].map(
    (how) => [`app.viewer_id() is ${how}`, viewerIdDrift(`alter function app.viewer_id() ${how}`)] as const,
  ),
  [
    'app.viewer_id() returns a constant',
    viewerIdDrift(
      `create or replace function app.viewer_id() returns uuid language sql stable parallel safe return '${OTHER_USER_ID}'::uuid`,
    ),
  ],
  [
    'app.viewer_id() is in another language',
    viewerIdDrift(
      `create or replace function app.viewer_id() returns uuid language plpgsql stable parallel safe as $$ begin return '${OTHER_USER_ID}'; end $$`,
    ),
  ],
  ...(
    [
      ['removes entries of any age', `replace(pg_get_functiondef(p), '2160 hours', '0 hours')`],
      ['has no search_path', `replace(pg_get_functiondef(p), 'SET search_path TO ''''', '')`],
    ] as const
  ).map(
    ([how, definition]) =>
      [
        `auth.remove_old_events ${how}`,
        [
          {
            sql: `do $do$ declare p regprocedure := 'auth.remove_old_events(interval, integer)'; begin execute ${definition}; end $do$`,
            expectedDifference: 'The function auth.remove_old_events(older_than interval, at_most integer)',
          },
        ],
      ] as const,
  ),
  [
    'a SECURITY DEFINER function overloads a permitted one',
    forEachRole(
      () => `auth.remove_old_events(text) works with its owner's rights`,
      (role) => `create or replace function auth.remove_old_events(text) returns bigint language sql security definer
        return (select count(*) from app.task); revoke execute on function auth.remove_old_events(text) from public;
        grant execute on function auth.remove_old_events(text) to ${role}`,
    ),
  ],
  [
    'app.acts_for_every_owner ignores the role',
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

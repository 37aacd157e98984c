import { DECLARED_STATE } from '../../server/data/admin/catalog/declared-state.ts';
import type { StateEntry } from '../../server/data/admin/catalog/declared-catalog.ts';
import { declared, type CatalogDrift, type DriftCases, ROLES } from './catalog-drift.ts';

const of = (...kinds: readonly StateEntry['kind'][]) => DECLARED_STATE.filter(({ kind }) => kinds.includes(kind));
const each = (entries: readonly StateEntry[], fault: (entry: StateEntry) => CatalogDrift): readonly CatalogDrift[] =>
  entries.map(fault);

const tables = of('table');
/** Tables whose row-level security is compared with their policies. */
const guarded = declared.tables.map(({ schema, table }) => `${schema}.${table}`);
const unguarded = tables.filter(({ target }) => !guarded.includes(target.replaceAll('"', '')));
const triggers = of('trigger');
/** Functions that no policy rests on: those of the triggers, and those that a process calls. */
const functions = of('function').filter(
  ({ target }) => !declared.functions.some(({ schema, name }) => `${schema}.${name}` === target),
);
const triggerFunctions = functions.filter(({ definition }) => definition.includes('RETURNS trigger'));
const calledFunctions = functions.filter((entry) => !triggerFunctions.includes(entry));
const constraints = of('constraint');
const columns = of('column');

const trigger = ({ target, name }: StateEntry) => ({
  on: target,
  name,
  expectedDifference: `The trigger ${name} of ${target} `,
});
const signature = ({ target, name }: StateEntry) => `${target}(${name})`;
const recreated = (change: (definition: string) => string): readonly CatalogDrift[] =>
  triggers.flatMap((entry): readonly CatalogDrift[] => {
    const definition = change(entry.definition);
    const { on, name, expectedDifference } = trigger(entry);
    return definition === entry.definition
      ? []
      : [{ sql: `drop trigger ${name} on ${on}; ${definition}`, expectedDifference: `${expectedDifference}differs.` }];
  });
const altered = (how: string): readonly CatalogDrift[] =>
  each(functions, (entry) => ({
    sql: `alter function ${signature(entry)} ${how}`,
    expectedDifference: `The function ${signature(entry)} differs.`,
  }));

/** A function that a trigger can call instead of its own, and that does nothing. */
const NOTHING = `create or replace function app.nothing() returns trigger language plpgsql as 'begin return null; end';
  revoke execute on function app.nothing() from public`;

/** Everything that can be wrong with the tables, columns, constraints, triggers, rules and functions of the schemas. */
export const stateFaults: DriftCases = [
  ...(
    [
      ['disabled', 'disable trigger'],
      ['fired on replicas alone', 'enable replica trigger'],
      ['fired always', 'enable always trigger'],
    ] as const
  ).map(
    ([how, words]) =>
      [
        `a trigger is ${how}`,
        each(triggers, (entry) => {
          const { on, name, expectedDifference } = trigger(entry);
          return { sql: `alter table ${on} ${words} ${name}`, expectedDifference: `${expectedDifference}differs.` };
        }),
      ] as const,
  ),
  [
    'the user’s triggers of a table are all disabled',
    each(triggers, (entry) => ({
      sql: `alter table ${entry.target} disable trigger user`,
      expectedDifference: `${trigger(entry).expectedDifference}differs.`,
    })),
  ],
  [
    'a trigger is gone',
    each(triggers, (entry) => {
      const { on, name, expectedDifference } = trigger(entry);
      return { sql: `drop trigger ${name} on ${on}`, expectedDifference: `${expectedDifference}is missing.` };
    }),
  ],
  [
    'a trigger has another name',
    each(triggers, (entry) => {
      const { on, name, expectedDifference } = trigger(entry);
      return {
        sql: `alter trigger ${name} on ${on} rename to other_${name}`,
        expectedDifference: `${expectedDifference}is missing.`,
      };
    }),
  ],
  [
    'a trigger calls another function',
    recreated((definition) => definition.replace(/EXECUTE FUNCTION .*/, 'EXECUTE FUNCTION app.nothing()')).map(
      ({ sql, expectedDifference }) => ({ sql: `${NOTHING}; ${sql}`, expectedDifference }),
    ),
  ],
  [
    'a trigger has a condition that is never met',
    recreated((definition) =>
      definition.includes('STATEMENT')
        ? definition.replace('EXECUTE', 'WHEN (false) EXECUTE')
        : definition.replace(/(WHEN \(.*\) )?EXECUTE/, 'WHEN (false) EXECUTE'),
    ),
  ],
  [
    'a trigger fires at another event',
    recreated((definition) =>
      definition.includes('TRUNCATE')
        ? definition.replace('BEFORE', 'AFTER')
        : definition.replace(/(AFTER|BEFORE) (DELETE|UPDATE|INSERT) ON .*/, (found) =>
            found
              .replace(/ REFERENCING .* FOR/, ' FOR')
              .replace(/WHEN \(.*\) /, '')
              .replace(/DELETE|UPDATE/, 'INSERT')
              .replace(/^BEFORE INSERT/, 'AFTER INSERT'),
          ),
    ),
  ],
  [
    'there is one trigger more on a table',
    each(tables, ({ target }) => ({
      sql: `${NOTHING}; create trigger more before update on ${target} for each row execute function app.nothing()`,
      expectedDifference: `The trigger more of ${target} was not declared: `,
    })),
  ],
  [
    'a trigger’s function does nothing',
    each(triggerFunctions, (entry) => ({
      sql: `create or replace function ${entry.target}(${entry.name}) returns trigger language plpgsql set search_path = '' as 'begin return null; end'`,
      expectedDifference: `The function ${signature(entry)} differs.`,
    })),
  ],
  [
    'a trigger’s function is gone, with its triggers',
    each(triggerFunctions, (entry) => ({
      sql: `drop function ${signature(entry)} cascade`,
      expectedDifference: `The function ${signature(entry)} is missing.`,
    })),
  ],
  [
    'a function that a process calls does something else',
    each(calledFunctions, (entry) => ({
      sql: entry.definition.replace(/\bbegin\b/i, 'begin perform 1;'),
      expectedDifference: `The function ${signature(entry)} differs.`,
    })),
  ],
  [
    'a function that a process calls is gone',
    each(calledFunctions, (entry) => ({
      sql: `drop function ${entry.target}`,
      expectedDifference: `The function ${signature(entry)} is missing.`,
    })),
  ],
  ['a function works with its owner’s rights', altered('security definer')],
  ['a function finds other functions and tables', altered('set search_path = public, auth')],
  ['a function has no search path of its own', altered('reset search_path')],
  ['a function fires no other triggers', altered('set session_replication_role = replica')],
  ['a function is expectedDifference to change nothing', altered('stable')],
  ['a function is never called with null', altered('strict')],
  ['a function belongs to a superuser', altered('owner to postgres')],
  [
    'a trigger’s function can be called by others',
    [...ROLES, 'public'].flatMap((grantee) =>
      each(triggerFunctions, (entry) => ({
        sql: `grant execute on function ${signature(entry)} to ${grantee}`,
        expectedDifference: `${grantee} has EXECUTE on ${signature(entry)}`,
      })),
    ),
  ],
  [
    'a table keeps nothing in a crash',
    each(
      // PostgreSQL does not let a table that is kept refer to one that is not.
      tables.filter(
        ({ target }) => !constraints.some(({ definition }) => definition.includes(`REFERENCES ${target}(`)),
      ),
      ({ target }) => ({
        sql: `alter table ${target} set unlogged`,
        expectedDifference: `The table ${target} differs.`,
      }),
    ),
  ],
  [
    'row-level security hides the rows of a table without policies from everybody',
    each(unguarded, ({ target }) => ({
      sql: `alter table ${target} enable row level security`,
      expectedDifference: `The table ${target} differs. Declared: nothing of note. In the database: row-level security.`,
    })),
  ],
  [
    'a policy waits for row-level security to be switched on',
    each(unguarded, ({ target }) => ({
      sql: `create policy later on ${target} using (false)`,
      expectedDifference: `The policy later of ${target} was not declared: `,
    })),
  ],
  [
    'a table belongs to another role',
    each(unguarded, ({ target }) => ({
      sql: `alter table ${target} owner to postgres`,
      expectedDifference: `The table ${target} differs. Declared: nothing of note. In the database: belongs to postgres.`,
    })),
  ],
  [
    'a schema belongs to another role',
    each(of('schema'), ({ target }) => ({
      sql: `alter schema ${target} owner to postgres`,
      expectedDifference: `The schema ${target} belongs to postgres, not to fieldgate: `,
    })),
  ],
  [
    'the foreign keys of a table are switched off',
    each(
      tables.filter(({ target }) =>
        constraints.some((entry) => entry.target === target && /FOREIGN/.test(entry.definition)),
      ),
      ({ target }) => ({
        sql: `alter table ${target} disable trigger all`,
        expectedDifference: `The table ${target} differs.`,
      }),
    ),
  ],
  [
    'the rows of a table can be read through another',
    each(tables, ({ target }) => {
      const parent = `public.${target.replaceAll(/[."]/g, '_')}`;
      return {
        sql: `create table ${parent} (); alter table ${parent} owner to fieldgate; alter table ${target} inherit ${parent}`,
        expectedDifference: `The table ${target} differs.`,
      };
    }),
  ],
  [
    'a table has another’s rows among its own',
    each(tables, ({ target }) => {
      const child = `public.${target.replaceAll(/[."]/g, '_')}_more`;
      return {
        sql: `create table ${child} () inherits (${target}); alter table ${child} owner to fieldgate`,
        expectedDifference: `The table ${target} differs.`,
      };
    }),
  ],
  ...['delete', 'update', 'insert'].map(
    (command) =>
      [
        `a rule takes the place of ${command}`,
        each(tables, ({ target }) => ({
          sql: `create rule instead_of_${command} as on ${command} to ${target} do instead nothing`,
          expectedDifference: `The rule instead_of_${command} of ${target} was not declared: `,
        })),
      ] as const,
  ),
  [
    'a constraint is gone, with what rests on it',
    each(constraints, ({ target, name }) => ({
      sql: `alter table ${target} drop constraint if exists ${name} cascade`,
      expectedDifference: `The constraint ${name} of ${target} is missing.`,
    })),
  ],
  [
    'a foreign key does not take rows along',
    each(
      constraints.filter(({ definition }) => definition.includes('ON DELETE CASCADE')),
      ({ target, name, definition }) => ({
        sql: `alter table ${target} drop constraint ${name}; alter table ${target} add constraint ${name} ${definition.replace(' ON DELETE CASCADE', '')}`,
        expectedDifference: `The constraint ${name} of ${target} differs.`,
      }),
    ),
  ],
  [
    'a foreign key or a check holds for new rows alone',
    each(
      constraints.filter(({ definition }) => /^(FOREIGN KEY|CHECK)/.test(definition)),
      ({ target, name, definition }) => ({
        sql: `alter table ${target} drop constraint ${name}; alter table ${target} add constraint ${name} ${definition} not valid`,
        expectedDifference: `The constraint ${name} of ${target} differs.`,
      }),
    ),
  ],
  [
    'a foreign key leaves the owner out',
    [
      {
        sql: `create unique index one on app.task (id); alter table app.step drop constraint step_user_id_task_id_fkey;
          alter table app.step add constraint step_user_id_task_id_fkey foreign key (task_id) references app.task (id)`,
        expectedDifference: 'The constraint step_user_id_task_id_fkey of app.step differs.',
      },
    ],
  ],
  [
    'a unique index tells of other people’s rows',
    each(
      columns.filter(({ target, name }) => guarded.includes(target) && name === 'title'),
      ({ target, name }) => ({
        sql: `create unique index tells_of_${target.replace('.', '_')} on ${target} (${name})`,
        expectedDifference: `The index tells_of_${target.replace('.', '_')} of ${target} was not declared: `,
      }),
    ),
  ],
  [
    'a unique index is gone',
    each(of('index'), ({ target, name }) => ({
      sql: `drop index ${target.split('.')[0] ?? ''}.${name}`,
      expectedDifference: `The index ${name} of ${target} is missing.`,
    })),
  ],
  [
    'there is one constraint more',
    each(tables, ({ target }) => ({
      sql: `alter table ${target} add constraint more check (true)`,
      expectedDifference: `The constraint more of ${target} was not declared: `,
    })),
  ],
  [
    'a column has no default',
    each(
      columns.filter(({ definition }) => definition.includes(' default ')),
      ({ target, name }) => ({
        sql: `alter table ${target} alter column ${name} drop default`,
        expectedDifference: `The column ${target}.${name} differs.`,
      }),
    ),
  ],
  [
    'a column can be null',
    each(
      columns.filter(
        ({ target, name, definition }) =>
          definition.includes('not null') &&
          !constraints.some(
            (entry) => entry.target === target && new RegExp(`^PRIMARY KEY .*\\b${name}\\b`).test(entry.definition),
          ),
      ),
      ({ target, name }) => ({
        sql: `alter table ${target} alter column ${name} drop not null`,
        expectedDifference: `The column ${target}.${name} differs.`,
      }),
    ),
  ],
];

import { DECLARED_STATE } from '../../server/data/admin/catalog/declared-state.ts';
import type { StateEntry } from '../../server/data/admin/catalog/declared-catalog.ts';
import { declared, type CatalogDrift, type DriftCases, ROLES } from './catalog-drift.ts';

const of = (...kinds: readonly StateEntry['kind'][]) => DECLARED_STATE.filter(({ kind }) => kinds.includes(kind));
const each = (entries: readonly StateEntry[], toDrift: (entry: StateEntry) => CatalogDrift): readonly CatalogDrift[] =>
  entries.map(toDrift);

const tables = of('table');
/** Tables with declared policies. */
const guarded = declared.tables.map(({ schema, table }) => `${schema}.${table}`);
const unguarded = tables.filter(({ target }) => !guarded.includes(target.replaceAll('"', '')));
const triggers = of('trigger');
/** Functions that no policy calls: trigger functions, and those that a process calls. */
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

/** Creates a trigger function that does nothing. */
const CREATE_NO_OP = `create or replace function app.nothing() returns trigger language plpgsql as 'begin return null; end';
  revoke execute on function app.nothing() from public`;

/** Drift of tables, columns, constraints, indexes, triggers, rules and functions of the schemas. */
export const stateDrift: DriftCases = [
  ...(
    [
      ['disabled', 'disable trigger'],
      ['enabled on replicas only', 'enable replica trigger'],
      ['always enabled', 'enable always trigger'],
    ] as const
  ).map(
    ([how, action]) =>
      [
        `a trigger is ${how}`,
        each(triggers, (entry) => {
          const { on, name, expectedDifference } = trigger(entry);
          return { sql: `alter table ${on} ${action} ${name}`, expectedDifference: `${expectedDifference}differs.` };
        }),
      ] as const,
  ),
  [
    'all user triggers of a table are disabled',
    each(triggers, (entry) => ({
      sql: `alter table ${entry.target} disable trigger user`,
      expectedDifference: `${trigger(entry).expectedDifference}differs.`,
    })),
  ],
  [
    'a trigger is missing',
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
      ({ sql, expectedDifference }) => ({ sql: `${CREATE_NO_OP}; ${sql}`, expectedDifference }),
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
    'a table has an undeclared trigger',
    each(tables, ({ target }) => ({
      sql: `${CREATE_NO_OP}; create trigger more before update on ${target} for each row execute function app.nothing()`,
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
    'a trigger’s function is missing, with its triggers',
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
    'a function that a process calls is missing',
    each(calledFunctions, (entry) => ({
      sql: `drop function ${entry.target}`,
      expectedDifference: `The function ${signature(entry)} is missing.`,
    })),
  ],
  ['a function is SECURITY DEFINER', altered('security definer')],
  ['a function has another search_path', altered('set search_path = public, auth')],
  ['a function has no search_path', altered('reset search_path')],
  ['a function disables triggers', altered('set session_replication_role = replica')],
  ['a function is STABLE', altered('stable')],
  ['a function is STRICT', altered('strict')],
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
    'a table is unlogged',
    each(
      // PostgreSQL forbids a foreign key from a logged to an unlogged table.
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
    'row-level security is enabled on a table without policies',
    each(unguarded, ({ target }) => ({
      sql: `alter table ${target} enable row level security`,
      expectedDifference: `The table ${target} differs. Declared: nothing of note. In the database: row-level security.`,
    })),
  ],
  [
    'a table without row-level security has a policy',
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
    'the foreign keys of a table are disabled',
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
    'a table inherits from another, through which its rows can be read',
    each(tables, ({ target }) => {
      const parent = `public.${target.replaceAll(/[."]/g, '_')}`;
      return {
        sql: `create table ${parent} (); alter table ${parent} owner to fieldgate; alter table ${target} inherit ${parent}`,
        expectedDifference: `The table ${target} differs.`,
      };
    }),
  ],
  [
    'another table inherits from a table and adds its rows',
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
        `a rule replaces ${command}`,
        each(tables, ({ target }) => ({
          sql: `create rule instead_of_${command} as on ${command} to ${target} do instead nothing`,
          expectedDifference: `The rule instead_of_${command} of ${target} was not declared: `,
        })),
      ] as const,
  ),
  [
    'a constraint is missing, with its dependents',
    each(constraints, ({ target, name }) => ({
      sql: `alter table ${target} drop constraint if exists ${name} cascade`,
      expectedDifference: `The constraint ${name} of ${target} is missing.`,
    })),
  ],
  [
    'a foreign key lacks ON DELETE CASCADE',
    each(
      constraints.filter(({ definition }) => definition.includes('ON DELETE CASCADE')),
      ({ target, name, definition }) => ({
        sql: `alter table ${target} drop constraint ${name}; alter table ${target} add constraint ${name} ${definition.replace(' ON DELETE CASCADE', '')}`,
        expectedDifference: `The constraint ${name} of ${target} differs.`,
      }),
    ),
  ],
  [
    'a foreign key or check is NOT VALID',
    each(
      constraints.filter(({ definition }) => /^(FOREIGN KEY|CHECK)/.test(definition)),
      ({ target, name, definition }) => ({
        sql: `alter table ${target} drop constraint ${name}; alter table ${target} add constraint ${name} ${definition} not valid`,
        expectedDifference: `The constraint ${name} of ${target} differs.`,
      }),
    ),
  ],
  [
    'a foreign key omits the owner',
    [
      {
        sql: `create unique index one on app.task (id); alter table app.step drop constraint step_user_id_task_id_fkey;
          alter table app.step add constraint step_user_id_task_id_fkey foreign key (task_id) references app.task (id)`,
        expectedDifference: 'The constraint step_user_id_task_id_fkey of app.step differs.',
      },
    ],
  ],
  [
    'a unique index reveals other users’ rows',
    each(
      columns.filter(({ target, name }) => guarded.includes(target) && name === 'title'),
      ({ target, name }) => ({
        sql: `create unique index reveals_${target.replace('.', '_')} on ${target} (${name})`,
        expectedDifference: `The index reveals_${target.replace('.', '_')} of ${target} was not declared: `,
      }),
    ),
  ],
  [
    'a unique index is missing',
    each(of('index'), ({ target, name }) => ({
      sql: `drop index ${target.split('.')[0] ?? ''}.${name}`,
      expectedDifference: `The index ${name} of ${target} is missing.`,
    })),
  ],
  [
    'a table has an undeclared constraint',
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

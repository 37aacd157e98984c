import { type CatalogDrift, type DriftCases, tables } from './catalog-drift.ts';

/** Returns the same drift for every table. */
const forEachTable = (
  expectedDifference: (name: string) => string,
  sql: (target: string) => string,
): readonly CatalogDrift[] =>
  tables.map(({ name, target }) => ({ sql: sql(target), expectedDifference: expectedDifference(name) }));

/** Returns the same drift for every policy whose definition `change` alters. */
const inEachPolicy = (change: (definition: string) => string): readonly CatalogDrift[] =>
  tables.flatMap(({ name, target, policies }) =>
    policies.flatMap((policy): readonly CatalogDrift[] => {
      const definition = change(policy.definition);
      if (definition === policy.definition) return [];
      const create = `create policy ${policy.name} on ${target} ${definition}`;
      const expectedDifference = `A policy of ${name} differs. Declared: ${policy.name} `;
      return [{ sql: `drop policy ${policy.name} on ${target}; ${create}`, expectedDifference }];
    }),
  );

/** Drift of row-level security, policies and owners of tables. */
export const policyDrift: DriftCases = [
  [
    'row security is off',
    forEachTable(
      (name) => `Row-level security of ${name} is disabled.`,
      (on) => `alter table ${on} disable row level security`,
    ),
  ],
  [
    'row security is not forced',
    forEachTable(
      (name) => `Row-level security of ${name} is not forced`,
      (on) => `alter table ${on} no force row level security`,
    ),
  ],
  [
    'a policy is missing',
    tables.flatMap(({ name, target, policies }) =>
      policies.map((policy) => ({
        sql: `drop policy ${policy.name} on ${target}`,
        expectedDifference: `${name} lacks a policy, ${policy.name} `,
      })),
    ),
  ],
  ['a policy applies to PUBLIC', inEachPolicy((definition) => definition.replace(/to \S+/, 'to public'))],
  ['a policy applies to another role', inEachPolicy((definition) => definition.replace(/to \S+/, 'to pg_monitor'))],
  ['a policy is restrictive', inEachPolicy((definition) => `as restrictive ${definition}`)],
  [
    'a policy allows every row',
    inEachPolicy((definition) => definition.replaceAll(/\(".*?"?\)(?= with|$)/g, '(true)')),
  ],
  [
    'a policy allows more rows',
    inEachPolicy((definition) => definition.replace(/\("(.*)\)$/, '("$1 or session_user = current_user)')),
  ],
  [
    'a policy calls its function for each row',
    inEachPolicy((definition) => definition.replaceAll('(select app.viewer_id())', 'app.viewer_id()')),
  ],
  [
    'a policy applies to more commands',
    inEachPolicy((definition) => definition.replace(/for (select|delete) (.*)/, 'for all $2')),
  ],
  [
    'a bypass policy applies to more commands',
    inEachPolicy((definition) =>
      definition.replace(/for insert to "fieldgate_auth"/, 'for all to fieldgate_auth using (true)'),
    ),
  ],
  [
    'a table has an undeclared policy for a process',
    forEachTable(
      (name) => `${name} has a policy that was not declared, extra (select to fieldgate_api using true).`,
      (on) => `create policy extra on ${on} for select to fieldgate_api using (true)`,
    ),
  ],
  [
    'a table has an undeclared policy for PUBLIC',
    forEachTable(
      (name) => `${name} has a policy that was not declared, extra (all to public using true).`,
      (on) => `create policy extra on ${on} using (true)`,
    ),
  ],
  [
    'a table belongs to a process',
    forEachTable(
      (name) => `${name} belongs to fieldgate_api, not to fieldgate: `,
      (on) => `alter table ${on} owner to fieldgate_api`,
    ),
  ],
  [
    'a table belongs to a superuser',
    forEachTable(
      (name) => `${name} belongs to postgres, not to fieldgate: `,
      (on) => `alter table ${on} owner to postgres`,
    ),
  ],
];

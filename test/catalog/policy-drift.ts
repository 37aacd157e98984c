import { type CatalogDrift, type DriftCases, tables } from './catalog-drift.ts';

/** The same fault on every table, all at once. */
const forEachTable = (
  expectedDifference: (name: string) => string,
  sql: (target: string) => string,
): readonly CatalogDrift[] =>
  tables.map(({ name, target }) => ({ sql: sql(target), expectedDifference: expectedDifference(name) }));

/** The same fault in every policy of every table where it changes something. */
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

/** What can be wrong with row security and the policies of a table. */
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
    'a policy is gone',
    tables.flatMap(({ name, target, policies }) =>
      policies.map((policy) => ({
        sql: `drop policy ${policy.name} on ${target}`,
        expectedDifference: `${name} lacks a policy, ${policy.name} `,
      })),
    ),
  ],
  ['a policy is for everybody', inEachPolicy((definition) => definition.replace(/to \S+/, 'to public'))],
  ['a policy is for another role', inEachPolicy((definition) => definition.replace(/to \S+/, 'to pg_monitor'))],
  ['a policy restricts', inEachPolicy((definition) => `as restrictive ${definition}`)],
  ['a policy lets all pass', inEachPolicy((definition) => definition.replaceAll(/\(".*?"?\)(?= with|$)/g, '(true)'))],
  [
    'a policy lets more pass',
    inEachPolicy((definition) => definition.replace(/\("(.*)\)$/, '("$1 or session_user = current_user)')),
  ],
  [
    'a policy asks its function for each row',
    inEachPolicy((definition) => definition.replaceAll('(select app.viewer_id())', 'app.viewer_id()')),
  ],
  [
    'a policy is for more commands',
    inEachPolicy((definition) => definition.replace(/for (select|delete) (.*)/, 'for all $2')),
  ],
  [
    'a policy for trusted roles is for more commands',
    inEachPolicy((definition) =>
      definition.replace(/for insert to "fieldgate_auth"/, 'for all to fieldgate_auth using (true)'),
    ),
  ],
  [
    'there is one policy more, for a process',
    forEachTable(
      (name) => `${name} has a policy that was not declared, extra (select to fieldgate_api using true).`,
      (on) => `create policy extra on ${on} for select to fieldgate_api using (true)`,
    ),
  ],
  [
    'there is one policy more, for everybody',
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

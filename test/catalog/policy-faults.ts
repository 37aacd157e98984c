import { type Fault, type Faults, tables } from './fault.ts';

/** The same fault on every table, all at once. */
const onTables = (said: (name: string) => string, sql: (target: string) => string): readonly Fault[] =>
  tables.map(({ name, target }) => ({ sql: sql(target), said: said(name) }));

/** The same fault in every policy of every table where it changes something. */
const inPolicies = (change: (definition: string) => string): readonly Fault[] =>
  tables.flatMap(({ name, target, policies }) =>
    policies.flatMap((policy): readonly Fault[] => {
      const definition = change(policy.definition);
      if (definition === policy.definition) return [];
      const create = `create policy ${policy.name} on ${target} ${definition}`;
      const said = `A policy of ${name} differs. Declared: ${policy.name} `;
      return [{ sql: `drop policy ${policy.name} on ${target}; ${create}`, said }];
    }),
  );

/** What can be wrong with row security and the policies of a table. */
export const policyFaults: Faults = [
  [
    'row security is off',
    onTables(
      (name) => `Row-level security of ${name} is disabled.`,
      (on) => `alter table ${on} disable row level security`,
    ),
  ],
  [
    'row security is not forced',
    onTables(
      (name) => `Row-level security of ${name} is not forced`,
      (on) => `alter table ${on} no force row level security`,
    ),
  ],
  [
    'a policy is gone',
    tables.flatMap(({ name, target, policies }) =>
      policies.map((policy) => ({
        sql: `drop policy ${policy.name} on ${target}`,
        said: `${name} lacks a policy, ${policy.name} `,
      })),
    ),
  ],
  ['a policy is for everybody', inPolicies((definition) => definition.replace(/to \S+/, 'to public'))],
  ['a policy is for another role', inPolicies((definition) => definition.replace(/to \S+/, 'to pg_monitor'))],
  ['a policy restricts', inPolicies((definition) => `as restrictive ${definition}`)],
  ['a policy lets all pass', inPolicies((definition) => definition.replaceAll(/\(".*?"?\)(?= with|$)/g, '(true)'))],
  [
    'a policy lets more pass',
    inPolicies((definition) => definition.replace(/\("(.*)\)$/, '("$1 or session_user = current_user)')),
  ],
  [
    'a policy asks its function for each row',
    inPolicies((definition) => definition.replaceAll('(select app.viewer_id())', 'app.viewer_id()')),
  ],
  [
    'a policy is for more commands',
    inPolicies((definition) => definition.replace(/for (select|delete) (.*)/, 'for all $2')),
  ],
  [
    'a policy for trusted roles is for more commands',
    inPolicies((definition) =>
      definition.replace(/for insert to "fieldgate_auth"/, 'for all to fieldgate_auth using (true)'),
    ),
  ],
  [
    'there is one policy more, for a process',
    onTables(
      (name) => `${name} has a policy that was not declared, extra (select to fieldgate_api using true).`,
      (on) => `create policy extra on ${on} for select to fieldgate_api using (true)`,
    ),
  ],
  [
    'there is one policy more, for everybody',
    onTables(
      (name) => `${name} has a policy that was not declared, extra (all to public using true).`,
      (on) => `create policy extra on ${on} using (true)`,
    ),
  ],
  [
    'a table belongs to a process',
    onTables(
      (name) => `${name} belongs to fieldgate_api, not to fieldgate: `,
      (on) => `alter table ${on} owner to fieldgate_api`,
    ),
  ],
  [
    'a table belongs to a superuser',
    onTables(
      (name) => `${name} belongs to postgres, not to fieldgate: `,
      (on) => `alter table ${on} owner to postgres`,
    ),
  ],
];

import { replaceStringPart } from './literal-changes.ts';
import type { Change } from './change.ts';

/*
 * The operations of mutants on the SQL of migrations: policies, tables and grants by their names. White space between
 * words may be any.
 */

const spaced = (words: string) =>
  words.replaceAll(/[.*+?^$|()[\]{}\\]/g, String.raw`\$&`).replaceAll(' ', String.raw`\s+`);
const renamed = (label: string, change: Change): Change => ({ ...change, label });

/** A policy lets every row through: `USING (true)`, or `WITH CHECK (true)`. */
export function policyAllows(policy: string, table: string, clause: 'using' | 'with check' = 'using'): Change {
  const statement = spaced(`create policy ${policy} on ${table} `);
  const condition = String.raw`\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\)`;
  return renamed(
    `policyAllows(${policy} on ${table}, ${clause})`,
    replaceStringPart(new RegExp(`(${statement}[^;]*?${spaced(clause)}\\s*)${condition}`), '$1(true)'),
  );
}

/** Row-level security of a table is not enabled, or not forced on its owner. */
export function withoutRowSecurity(table: string, action: 'enable' | 'force'): Change {
  return renamed(
    `withoutRowSecurity(${table}, ${action})`,
    replaceStringPart(new RegExp(spaced(`alter table ${table} ${action} row level security;`)), ''),
  );
}

/** A role may update one column more. */
export function grantsUpdate(column: string, table: string): Change {
  return renamed(
    `grantsUpdate(${column} of ${table})`,
    replaceStringPart(new RegExp(`(grant\\s+update\\s*\\()([^)]*\\)\\s+on\\s+${spaced(table)}\\s)`), `$1${column}, $2`),
  );
}

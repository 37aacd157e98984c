import type { DirectiveNode, DocumentNode } from 'graphql';
import { argumentsOf, stringsOf } from './argument-values.ts';
import type { Condition } from './condition.ts';
import { migrateDirectives } from './directive-dialect.ts';
import type { Migration, MigrationOptions } from './migration.ts';
import { rolesCondition } from './role-condition.ts';

/** Carries over Redwood's `@requireAuth(roles:)` and `@skipAuth`. */
export function migrateRedwood(
  documents: readonly DocumentNode[],
  options: MigrationOptions,
  migration: Migration,
): void {
  const dialect = {
    isRule: (name: string) => name === 'requireAuth' || name === 'skipAuth',
    condition: (directives: readonly DirectiveNode[]): Condition => ({
      kind: 'all',
      of: directives.map((directive) => conditionOf(directive, options)),
    }),
    typeRulesCoverResults: false,
    fieldRulesReplaceTypeRules: false,
  };
  migrateDirectives(documents, dialect, migration);
  const message =
    '@requireAuth ran the functions of your api/src/lib/auth: the rules assume that they admit signed-in users, with any one of the roles. What else they check must be written as a rule';
  migration.note('check', null, null, message);
  const types =
    'Redwood has rules on queries and mutations only: the fields of other types have none yet. `fieldgate init` proposes them';
  migration.note('check', null, null, types);
}

function conditionOf(directive: DirectiveNode, options: MigrationOptions): Condition {
  const args = argumentsOf(directive);
  const unknown = [...args.keys()].find((name) => name !== 'roles' || directive.name.value === 'skipAuth');
  if (unknown !== undefined) return { kind: 'unknown', why: `its argument ${unknown} is not Redwood's` };
  if (directive.name.value === 'skipAuth') return { kind: 'everyone' };
  const value = args.get('roles');
  if (value === undefined || value.kind === 'NullValue') return { kind: 'signed in' };
  const roles = stringsOf(value);
  if (roles === null) return { kind: 'unknown', why: 'its roles are not strings' };
  return rolesCondition(roles, options);
}

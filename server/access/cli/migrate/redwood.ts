import { type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql';
import { argumentsOf, stringsOf } from './argument-values.ts';
import type { Condition } from './condition.ts';
import { migrateDirectives } from './directive-dialect.ts';
import { type Migration, type MigrationOptions, rootTypes, typesWithFields } from './migration.ts';
import { rolesCondition } from './role-condition.ts';

/** Carries over Redwood's `@requireAuth(roles:)` and `@skipAuth`. */
export function migrateRedwood(
  documents: readonly DocumentNode[],
  options: MigrationOptions,
  migration: Migration,
): void {
  const dialect = {
    isRule,
    condition: (directives: readonly DirectiveNode[]): Condition => ({
      kind: 'all',
      of: directives.map((directive) => conditionOf(directive, options)),
    }),
    typeRulesCoverResults: false,
    fieldRulesReplaceTypeRules: false,
  };
  migrateDirectives(documents, dialect, migration);
  extendRepeatedTypes(documents, migration);
  for (const name of suppliedScalars(documents)) migration.definitions.push(`scalar ${name}`);
  const message =
    '@requireAuth ran the functions of your api/src/lib/auth: the rules assume that they admit signed-in users, with any one of the roles. What else they check must be written as a rule';
  migration.note('check', null, null, message);
  const types =
    'Redwood has rules on queries and mutations only: the fields of other types have none yet. `fieldgate init` proposes them';
  migration.note('check', null, null, types);
  const roots = rootTypes(documents);
  for (const node of typesWithFields(documents)) {
    const open = (node.fields ?? []).filter(({ directives = [] }) => !directives.some(isRule));
    for (const { name } of roots.has(node.name.value) ? open : []) {
      const without = 'it has neither @requireAuth nor @skipAuth, which Redwood refused since 0.37: it has no rule yet';
      migration.note('check', name, `${node.name.value}.${name.value}`, without);
    }
  }
}

const isRule = ({ name: { value } }: DirectiveNode): boolean => value === 'requireAuth' || value === 'skipAuth';

/** The scalars that Redwood adds to the schema of an application. */
const SUPPLIED_SCALARS = ['BigInt', 'Byte', 'Date', 'DateTime', 'File', 'JSON', 'JSONObject', 'Time'];

/** Returns the scalars that files use and Redwood supplied, unless the files define them. */
function suppliedScalars(documents: readonly DocumentNode[]): readonly string[] {
  const used = new Set<string>();
  const defined = new Set<string>();
  for (const document of documents)
    visit(document, {
      NamedType: ({ name }) => void used.add(name.value),
      ScalarTypeDefinition: ({ name }) => void defined.add(name.value),
    });
  return SUPPLIED_SCALARS.filter((name) => used.has(name) && !defined.has(name));
}

/**
 * Redwood merges the definitions of a type, such as the `type Query` of each file. In GraphQL a type has one definition,
 * so the others become extensions.
 */
function extendRepeatedTypes(documents: readonly DocumentNode[], migration: Migration): void {
  const defined = new Set<string>();
  for (const { definitions } of documents)
    for (const node of definitions) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
      if (!defined.has(node.name.value)) defined.add(node.name.value);
      else if (node.description === undefined) migration.insert(node, 'extend ');
      else migration.note('check', node.name, node.name.value, REPEATED_WITH_DESCRIPTION);
    }
}

const REPEATED_WITH_DESCRIPTION =
  'Redwood merged the definitions of this type: write `extend type`, which must not have a description';

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

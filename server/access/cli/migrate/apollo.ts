import type { DirectiveNode, DocumentNode, ObjectValueNode } from 'graphql';
import { isScopeToken } from '../../declared-scopes.ts';
import { argumentsOf, scopesOf } from './argument-values.ts';
import type { Condition } from './condition.ts';
import { migrateDirectives } from './directive-dialect.ts';
import type { Migration } from './migration.ts';

const RULES = ['authenticated', 'requiresScopes', 'policy'];

/** Carries over `@authenticated` and `@requiresScopes` of Apollo Federation. `@policy` is decided by other programs. */
export function migrateApollo(documents: readonly DocumentNode[], migration: Migration): void {
  const names = ruleNames(documents);
  const dialect = {
    isRule: (name: string) => names.has(name),
    condition: (directives: readonly DirectiveNode[]): Condition => ({
      kind: 'all',
      of: directives.map((directive) => conditionOf(names.get(directive.name.value) ?? '', directive)),
    }),
    typeRulesCoverResults: true,
    fieldRulesReplaceTypeRules: false,
  };
  migrateDirectives(documents, dialect, migration);
  const message =
    'a field without a rule was open to everyone: it has no rule yet. `fieldgate init` proposes one; federation (@link, @key, _entities) is not supported';
  migration.note('check', null, null, message);
}

function conditionOf(rule: string, directive: DirectiveNode): Condition {
  if (rule === 'authenticated') return { kind: 'signed in' };
  if (rule === 'policy') return { kind: 'unknown', why: 'another program decides the policy' };
  const scopes = scopesOf(argumentsOf(directive).get('scopes'));
  if (scopes === null) return { kind: 'unknown', why: 'its scopes are not a list of lists of strings' };
  const invalid = scopes.flat().find((scope) => !isScopeToken(scope));
  if (invalid !== undefined)
    return { kind: 'unknown', why: `${JSON.stringify(invalid)} is not a scope (RFC 6749, 3.3)` };
  return { kind: 'scopes', scopes };
}

/**
 * Returns the rules by the names that they have in these files: imported by `@link`, which may rename them, or with the
 * prefix of the specification.
 */
function ruleNames(documents: readonly DocumentNode[]): ReadonlyMap<string, string> {
  const names = new Map(RULES.map((rule) => [rule, rule]));
  for (const link of linksIn(documents)) {
    const args = argumentsOf(link);
    const url = args.get('url');
    if (url?.kind !== 'StringValue' || !url.value.startsWith('https://specs.apollo.dev/')) continue;
    const as = args.get('as');
    const prefix = as?.kind === 'StringValue' ? as.value : (/dev\/(\w+)\//.exec(url.value)?.[1] ?? '');
    for (const rule of RULES) names.set(`${prefix}__${rule}`, rule);
    const imports = args.get('import');
    for (const item of imports?.kind === 'ListValue' ? imports.values : []) {
      if (item.kind !== 'ObjectValue') continue;
      const [name, alias] = [stringIn(item, 'name'), stringIn(item, 'as')];
      const rule = RULES.find((candidate) => name === `@${candidate}`);
      if (rule !== undefined && alias !== undefined) names.set(alias.replace('@', ''), rule);
    }
  }
  return names;
}

function* linksIn(documents: readonly DocumentNode[]): Generator<DirectiveNode> {
  for (const { definitions } of documents)
    for (const node of definitions)
      if (node.kind === 'SchemaDefinition' || node.kind === 'SchemaExtension')
        for (const directive of node.directives ?? []) if (directive.name.value === 'link') yield directive;
}

function stringIn({ fields }: ObjectValueNode, name: string): string | undefined {
  const value = fields.find((field) => field.name.value === name)?.value;
  return value?.kind === 'StringValue' ? value.value : undefined;
}

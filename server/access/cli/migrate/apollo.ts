import type { DirectiveNode, DocumentNode, ObjectValueNode } from 'graphql';
import { isScopeToken } from '../../declared-scopes.ts';
import { argumentsOf, scopesOf } from './argument-values.ts';
import type { Condition } from './condition.ts';
import { migrateDirectives } from './directive-dialect.ts';
import type { Migration } from './migration.ts';
import { noteInterfaceRules } from './note-interface-rules.ts';

const RULES = ['authenticated', 'requiresScopes', 'policy'];
const RULE_ARGUMENTS: ReadonlyMap<string, readonly string[]> = new Map([
  ['authenticated', []],
  ['requiresScopes', ['scopes']],
  ['policy', ['policies']],
]);

/** What a directive's name means in these files. */
interface RuleName {
  readonly rule: string;
  /** Whether the name is that of Apollo's directive; if not, another directive may have it. */
  readonly isApollo: boolean;
}

/** Carries over `@authenticated` and `@requiresScopes` of Apollo Federation. `@policy` is decided by other programs. */
export function migrateApollo(documents: readonly DocumentNode[], migration: Migration): void {
  const names = ruleNames(documents);
  const condition = (directives: readonly DirectiveNode[]): Condition => ({
    kind: 'all',
    of: directives.map((directive) => conditionOf(names.get(directive.name.value), directive)),
  });
  const isRule = ({ name }: DirectiveNode) => names.has(name.value);
  const dialect = {
    isRule,
    condition,
    leafCondition: condition,
    typeRulesCoverResults: true,
    fieldRulesReplaceTypeRules: false,
  };
  migrateDirectives(documents, dialect, migration);
  noteInterfaceRules(documents, isRule, migration);
  const message =
    'a field without a rule was open to everyone: it has no rule yet. `fieldgate init` proposes one; federation (@link, @key, _entities) is not supported';
  migration.note('check', null, null, message);
}

function conditionOf(name: RuleName | undefined, directive: DirectiveNode): Condition {
  if (name?.isApollo !== true)
    return { kind: 'unknown', why: `no @link imports @${directive.name.value}, so it is not Apollo's directive` };
  const { rule } = name;
  const args = argumentsOf(directive);
  const extra = [...args.keys()].find((argument) => RULE_ARGUMENTS.get(rule)?.includes(argument) === false);
  if (extra !== undefined) return { kind: 'unknown', why: `${extra} is not an argument of Apollo's @${rule}` };
  if (rule === 'authenticated') return { kind: 'signed in' };
  if (rule === 'policy') return { kind: 'unknown', why: 'another program decides the policy' };
  const value = args.get('scopes');
  // Apollo's router ignores a scope outside an inner list, and refuses every caller if no inner list is left.
  const hasLists = value?.kind === 'ListValue' && value.values.every(({ kind }) => kind === 'ListValue');
  const scopes = hasLists ? scopesOf(value) : null;
  if (scopes === null) return { kind: 'unknown', why: 'its scopes are not a list of lists of strings' };
  const invalid = scopes.flat().find((scope) => !isScopeToken(scope));
  if (invalid !== undefined)
    return { kind: 'unknown', why: `${JSON.stringify(invalid)} is not a scope (RFC 6749, 3.3)` };
  return { kind: 'scopes', scopes };
}

/**
 * Returns the rules by the names that they have in these files: imported by `@link`, which may rename them, with the
 * prefix of the federation specification, or the name of a rule's own specification, as in a supergraph. If a link to
 * the federation does not import a rule, another directive can have its name.
 */
function ruleNames(documents: readonly DocumentNode[]): ReadonlyMap<string, RuleName> {
  const linked = new Map<string, RuleName>();
  let linksFederation = false;
  for (const link of linksIn(documents)) {
    const args = argumentsOf(link);
    const [url, as, imports] = [args.get('url'), args.get('as'), args.get('import')];
    const specification =
      url?.kind === 'StringValue' ? /^https:\/\/specs\.apollo\.dev\/(\w+)\//.exec(url.value)?.[1] : null;
    if (specification == null) continue;
    const prefix = as?.kind === 'StringValue' ? as.value : specification;
    if (RULES.includes(specification)) linked.set(prefix, { rule: specification, isApollo: true });
    if (specification !== 'federation') continue;
    linksFederation = true;
    for (const rule of RULES) linked.set(`${prefix}__${rule}`, { rule, isApollo: true });
    for (const item of imports?.kind === 'ListValue' ? imports.values : []) {
      const [name, alias] =
        item.kind === 'ObjectValue'
          ? [stringIn(item, 'name'), stringIn(item, 'as')]
          : [item.kind === 'StringValue' ? item.value : undefined];
      const rule = RULES.find((candidate) => name === `@${candidate}`);
      if (rule !== undefined) linked.set((alias ?? `@${rule}`).replace('@', ''), { rule, isApollo: true });
    }
  }
  const unlinked = RULES.map((rule) => [rule, { rule, isApollo: !linksFederation }] as const);
  return new Map([...unlinked, ...linked]);
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

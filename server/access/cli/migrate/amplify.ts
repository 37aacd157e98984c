import type { DirectiveDefinitionNode, DirectiveNode, DocumentNode, ObjectValueNode, ValueNode } from 'graphql';
import { ACCESS_DIRECTIVES } from '../../directives.ts';
import { appSyncCondition, isAppSyncRule } from './appsync-directives.ts';
import { argumentsOf, stringsOf } from './argument-values.ts';
import type { Condition } from './condition.ts';
import { type Element, migrateDirectives } from './directive-dialect.ts';
import { generatedFields } from './generated-fields.ts';
import { globalRuleIn, hasGlobalRule } from './global-rule.ts';
import { type FieldsNode, type Migration, type MigrationOptions, typesWithFields, UNDECIDED } from './migration.ts';
import { rolesCondition } from './role-condition.ts';

/** The claims of an owner's id that are the id of a Cognito user. */
const ID_CLAIMS = ['sub', 'sub::username'];
/** The owner field if a rule names none. Amplify adds it to the type. */
const DEFAULT_OWNER_FIELD = 'owner';
/** The claim in which a Cognito user pool writes the groups of a user. */
const GROUP_CLAIM = 'cognito:groups';
const RULE_ARGUMENTS = [
  'allow',
  'provider',
  'identityClaim',
  'groupClaim',
  'ownerField',
  'groupsField',
  'groups',
  'operations',
  'queries',
  'mutations',
];

/**
 * Carries over Amplify's `@auth(rules:)` (Gen 1, transformer 2: what no rule admits is refused). Only callers of Cognito
 * user pools are carried over: with several providers, a viewer's id would no longer say which provider issued it.
 */
export function migrateAmplify(
  documents: readonly DocumentNode[],
  options: MigrationOptions,
  migration: Migration,
): void {
  const definitionsOfAuth = documents.flatMap(({ definitions }) =>
    definitions.filter((node) => node.kind === 'DirectiveDefinition').filter(({ name }) => name.value === 'auth'),
  );
  const isOurDefinition = ({ arguments: args = [] }: DirectiveDefinitionNode) =>
    args.some(({ name }) => name.value === 'roles');
  // After an earlier migration, @auth without `rules` is an access rule. Without our definition it can be anything.
  const isMigrated = definitionsOfAuth.some(isOurDefinition);
  const isAccessRule = (directive: DirectiveNode) =>
    directive.name.value === UNDECIDED ||
    (isMigrated &&
      ACCESS_DIRECTIVES.some((name) => name === directive.name.value) &&
      !argumentsOf(directive).has('rules'));
  const globalRule = globalRuleIn(documents, options);
  const dialect = {
    impliedRule: (nodes: readonly FieldsNode[]) => (globalRule !== null && hasGlobalRule(nodes) ? globalRule : null),
    isRule: (directive: DirectiveNode) =>
      isAppSyncRule(directive) || (directive.name.value === 'auth' && !isAccessRule(directive)),
    isAccessRule,
    condition: (directives: readonly DirectiveNode[], element: Element): Condition => {
      const ofAppSync = directives.filter(isAppSyncRule);
      const ofAmplify = directives.filter((directive) => !isAppSyncRule(directive));
      return {
        kind: 'all',
        of: [
          ...ofAmplify.map((directive) => conditionOf(directive, element, options)),
          ...(ofAppSync.length > 0 ? [appSyncCondition(ofAppSync, options)] : []),
        ],
      };
    },
    typeRulesCoverResults: true,
    fieldRulesReplaceTypeRules: true,
  };
  for (const node of definitionsOfAuth)
    if (!isOurDefinition(node)) {
      migration.remove([node]);
      migration.replacesAuth = true;
    }
  if (globalRule !== null) migration.remove([globalRule.node]);
  migrateDirectives(documents, dialect, migration);
  for (const node of typesWithFields(documents)) noteModel(node, migration);
  const message =
    "an owner is the user whose id is in the owner field, as Amplify wrote it: `sub::username`, or `username` before transformer 2. Use the same value as the viewer's userId, or rewrite the column";
  migration.note('check', null, null, message);
}

/** Returns the rules of `@auth`. GraphQL coerces a single one to a list of it. */
function rulesOf(directive: DirectiveNode): readonly ValueNode[] {
  const rules = argumentsOf(directive).get('rules');
  return rules?.kind === 'ListValue' ? rules.values : rules === undefined ? [] : [rules];
}

function conditionOf(directive: DirectiveNode, element: Element, options: MigrationOptions): Condition {
  if (!argumentsOf(directive).has('rules')) return { kind: 'unknown', why: 'it has no argument `rules`' };
  return {
    kind: 'any',
    of: rulesOf(directive).map((rule) =>
      rule.kind === 'ObjectValue'
        ? ruleCondition(rule, element, options)
        : { kind: 'unknown', why: 'a rule is not an object' },
    ),
  };
}

/** Returns whom one rule admits to read. */
function ruleCondition(rule: ObjectValueNode, element: Element, options: MigrationOptions): Condition {
  const values = new Map(rule.fields.map(({ name, value }) => [name.value, value]));
  const text = (name: string) => stringsOf(values.get(name))?.[0];
  const named = `allow: ${text('allow') ?? '?'}${values.has('provider') ? `, provider: ${text('provider') ?? '?'}` : ''}`;
  const unknown = (why: string): Condition => ({ kind: 'unknown', why: `{ ${named} }: ${why}` });

  const extra = [...values.keys()].find((name) => !RULE_ARGUMENTS.includes(name));
  if (extra !== undefined) return unknown(`${extra} is not an argument of Amplify's rules`);
  // Transformer 1 had `queries` and `mutations`, too. Reading that a rule did not name was open there.
  const readOperations = values.get('operations') ?? values.get('queries');
  if (readOperations === undefined && values.has('mutations'))
    return unknown('it names mutations, and no operations or queries');
  if (readOperations !== undefined) {
    if (element.kind === 'root field') return unknown('operations have no meaning on a root field');
    const operations = stringsOf(readOperations) ?? [];
    const reads = operations.includes('read') || (operations.includes('get') && operations.includes('list'));
    if (!reads)
      return unknown(
        `it admits to ${operations.join(', ') || 'nothing'}, not to all reading: write it on the fields of Query and Mutation that need it`,
      );
  }
  const provider = text('provider');
  switch (text('allow')) {
    case 'public':
      if (!options.publicIsEveryone)
        return unknown(
          'an API key or an IAM role was required. If that is published, so that everyone has it, write --public-is-everyone',
        );
      return provider === undefined || provider === 'apiKey'
        ? { kind: 'everyone' }
        : unknown('an IAM role was required, which is not an API key');
    case 'private':
      return provider === undefined || provider === 'userPools'
        ? { kind: 'signed in' }
        : unknown('callers of another provider than the user pool');
    case 'owner': {
      const claim = text('identityClaim');
      if (provider !== undefined && provider !== 'userPools')
        return unknown('callers of another provider than the user pool');
      if (values.has('identityClaim') && !ID_CLAIMS.includes(claim ?? ''))
        return unknown(`the owner is compared with the claim ${claim ?? '?'}, not with the user's id`);
      return ownerCondition(text('ownerField') ?? DEFAULT_OWNER_FIELD, element, unknown);
    }
    case 'groups': {
      if (provider !== undefined && provider !== 'userPools')
        return unknown('callers of another provider than the user pool');
      if (values.has('groupClaim') && text('groupClaim') !== GROUP_CLAIM)
        return unknown(`groups come from the claim ${text('groupClaim') ?? '?'}`);
      if (values.has('groupsField') || !values.has('groups'))
        return unknown(`the groups are in the field ${text('groupsField') ?? 'groups'} of each object`);
      const groups = stringsOf(values.get('groups'));
      return groups === null || groups.length === 0
        ? unknown('its groups are not strings')
        : rolesCondition(groups, options);
    }
    default:
      return unknown('a function decides');
  }
}

function ownerCondition(field: string, { type, kind }: Element, unknown: (why: string) => Condition): Condition {
  if (kind === 'root field') return unknown('a root field has no object with an owner');
  const definition = type.fields?.find(({ name }) => name.value === field);
  const held = definition?.type.kind === 'NonNullType' ? definition.type.type : definition?.type;
  if (held?.kind === 'ListType') return unknown(`${field} has several owners, and @owner compares one`);
  return { kind: 'owner', field };
}

/** Notes what Amplify generated for a model: its root fields, and its owner fields. */
function noteModel(type: FieldsNode, migration: Migration): void {
  const { directives = [], name, fields = [] } = type;
  if (!directives.some((directive) => directive.name.value === 'model')) return;
  const generated = generatedFields(type);
  if (generated.length > 0) {
    const message = `Amplify generated ${generated.join(', ')}: write those that you need, each with its rule`;
    migration.note('check', name, name.value, message);
  }
  const ownerFields = directives.flatMap((directive) =>
    directive.name.value === 'auth' ? rulesOf(directive).flatMap(ownerFieldOf) : [],
  );
  for (const ownerField of new Set(ownerFields))
    if (!fields.some((field) => field.name.value === ownerField)) {
      const message = `Amplify added the field \`${ownerField}\`: add \`${ownerField}: ID!\` to the type`;
      migration.note('check', name, name.value, message);
    }
}

/** Returns the field of a rule for owners; empty for other rules. */
function ownerFieldOf(rule: ValueNode): readonly string[] {
  if (rule.kind !== 'ObjectValue') return [];
  const values = new Map(rule.fields.map(({ name, value }) => [name.value, value]));
  if (stringsOf(values.get('allow'))?.[0] !== 'owner') return [];
  return [stringsOf(values.get('ownerField'))?.[0] ?? DEFAULT_OWNER_FIELD];
}

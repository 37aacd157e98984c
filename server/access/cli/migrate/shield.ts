import { type DirectiveNode, type DocumentNode, type FieldDefinitionNode, GraphQLError, Kind, parse } from 'graphql';
import { UsageError } from '../command.ts';
import { isRecord } from '../is-record.ts';
import { argumentsOf, scopesOf, stringsOf } from './argument-values.ts';
import { type Condition, type Rules, toRules } from './condition.ts';
import { type FieldsNode, type Migration, rootTypes, typesWithFields } from './migration.ts';
import { isShieldRule, type ShieldCall, type ShieldRule } from './shield-stand-in.ts';

/** What the application's rule functions mean, by name: its author says so. */
export type KnownRules = ReadonlyMap<string, Condition>;

/**
 * Parses `--rule name=@directive`.
 * @throws {UsageError} if it is none
 */
export function parseKnownRule(text: string): readonly [name: string, condition: Condition] {
  const [, name, directives = ''] = /^([\w.]+)=(.+)$/s.exec(text) ?? [];
  const wrong = `--rule ${JSON.stringify(text)} is not a rule: write for example isAdmin='@auth(roles: [ADMIN])'`;
  if (name === undefined) throw new UsageError(`${wrong}.`);
  let nodes: readonly DirectiveNode[];
  try {
    const [definition] = parse(`type T ${directives} { a: Int }`).definitions;
    nodes = definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? (definition.directives ?? []) : [];
  } catch (error) {
    if (error instanceof GraphQLError) throw new UsageError(`${wrong}: ${error.message}`, { cause: error });
    throw error;
  }
  const conditions = nodes.map(knownCondition);
  if (conditions.length === 0 || conditions.includes(null)) throw new UsageError(`${wrong}.`);
  return [name, { kind: 'all', of: conditions.filter((condition) => condition !== null) }];
}

function knownCondition(directive: DirectiveNode): Condition | null {
  const args = argumentsOf(directive);
  const has = (...names: readonly string[]) => [...args.keys()].every((name) => names.includes(name));
  switch (directive.name.value) {
    case 'public':
      return has('reason') ? { kind: 'everyone' } : null;
    case 'auth': {
      const roles = stringsOf(args.get('roles'));
      if (args.size === 0) return { kind: 'signed in' };
      const scopes = scopesOf(args.get('scopes'));
      if (!has('roles', 'scopes') || args.has('roles') !== (roles !== null) || args.has('scopes') !== (scopes !== null))
        return null;
      const of: readonly (Condition | null)[] = [
        roles && { kind: 'roles', roles },
        scopes && { kind: 'scopes', scopes },
      ];
      return { kind: 'all', of: of.filter((condition) => condition !== null) };
    }
    case 'owner': {
      const [field = 'userId'] = stringsOf(args.get('field')) ?? [];
      return has('field') ? { kind: 'owner', field } : null;
    }
    default:
      return null;
  }
}

/** Carries over a rule map of graphql-shield: `allow`, and the application's functions that `known` explains. */
export function migrateShield(
  documents: readonly DocumentNode[],
  { map, options }: ShieldCall,
  known: KnownRules,
  migration: Migration,
): void {
  const nodes = [...typesWithFields(documents)];
  // Of a type in several places: its fields are those of all, and its own rule is written once.
  const fieldsOf = (type: string) => nodes.flatMap((node) => (node.name.value === type ? (node.fields ?? []) : []));
  const hasField = (type: string, field: string) => fieldsOf(type).some(({ name }) => name.value === field);
  const written = new Set<string>();
  const roots = rootTypes(documents);
  if (isShieldRule(map)) {
    migration.note(
      'undecided',
      null,
      null,
      `shield(${describe(map)}) is one rule for the whole schema: write it on each type`,
    );
    return;
  }
  const types = isRecord(map) ? map : {};
  for (const [type, entry] of Object.entries(types)) {
    const names = isRecord(entry) && !isShieldRule(entry) ? Object.keys(entry) : [];
    const missing =
      fieldsOf(type).length === 0
        ? [type]
        : names.filter((name) => name !== '*' && !hasField(type, name)).map((name) => `${type}.${name}`);
    for (const coordinate of missing)
      migration.note('check', null, coordinate, 'the rule map has a rule for it, and the schema does not have it');
  }
  const fallback = isRecord(options) && isShieldRule(options['fallbackRule']) ? options['fallbackRule'] : null;
  const places = placesOfFunctions([...Object.values(types), fallback]);
  let open = 0;
  for (const node of nodes) {
    const entry = Object.hasOwn(types, node.name.value) ? types[node.name.value] : undefined;
    if (isShieldRule(entry)) writeOnType(node, entry);
    else open += writeOnFields(node, isRecord(entry) ? entry : {});
  }
  if (open > 0)
    migration.note(
      'check',
      null,
      null,
      `${open} fields have no rule in the map and were open by fallbackRule: they have no rule yet. \`fieldgate init\` proposes one`,
    );

  function writeOnType(node: FieldsNode, rule: ShieldRule): void {
    if (written.has(node.name.value)) return;
    written.add(node.name.value);
    const { rules, lost } = translate(rule, node, roots.has(node.name.value));
    const message = `${describe(rule)} is not carried over: ${lost.join('; ')}`;
    if (rules === null) migration.writeUndecided(node, [], describe(rule));
    else migration.write(node, [], rules);
    if (lost.length > 0) migration.note(rules === null ? 'undecided' : 'narrower', node.name, node.name.value, message);
  }

  /** Returns how many fields have no rule. */
  function writeOnFields(node: FieldsNode, entry: Readonly<Record<string, unknown>>): number {
    const wildcard = isShieldRule(entry['*']) ? entry['*'] : fallback;
    let withoutRule = 0;
    for (const field of node.fields ?? []) {
      const name = field.name.value;
      const own = Object.hasOwn(entry, name) ? entry[name] : undefined;
      const rule = isShieldRule(own) ? own : wildcard;
      // `allow` for whatever has no rule is not a decision about this field.
      if (rule === null || (rule.kind === 'allow' && rule === fallback && rule !== own)) withoutRule += 1;
      else writeOnField(node, field, rule);
    }
    return withoutRule;
  }

  function writeOnField(node: FieldsNode, field: FieldDefinitionNode, rule: ShieldRule): void {
    const coordinate = `${node.name.value}.${field.name.value}`;
    const { rules, lost } = translate(rule, node, roots.has(node.name.value));
    if (rules === null) migration.writeUndecided(field, [], describe(rule));
    else migration.write(field, [], rules);
    const message = `${describe(rule)} is not carried over: ${lost.join('; ')}`;
    if (lost.length > 0) migration.note(rules === null ? 'undecided' : 'narrower', field.name, coordinate, message);
  }

  function translate(
    rule: ShieldRule,
    node: FieldsNode,
    isRoot: boolean,
  ): { rules: Rules | null; lost: readonly string[] } {
    const translation = toRules(conditionOf(rule, known, places));
    const owner = translation.rules?.owner?.field;
    if (owner === undefined || (!isRoot && hasField(node.name.value, owner))) return translation;
    return { rules: null, lost: [`${node.name.value} has no field ${owner} with the owner's id`] };
  }
}

/** The places where the functions of each name were made. */
type Places = ReadonlyMap<string, readonly string[]>;

/** Returns the places of the functions in a part of a rule map; those of a function that it uses twice, once. */
function placesOfFunctions(parts: readonly unknown[]): Places {
  const places = new Map<string, string[]>();
  const seen = new Set<unknown>();
  const visit = (part: unknown): void => {
    if (!isRecord(part) || seen.has(part)) return;
    seen.add(part);
    if (!isShieldRule(part)) Object.values(part).forEach(visit);
    else if (part.kind === 'and' || part.kind === 'or') part.of.forEach(visit);
    else if (part.kind === 'function' && part.name !== null)
      places.set(part.name, [...(places.get(part.name) ?? []), part.at]);
  };
  parts.forEach(visit);
  return places;
}

function conditionOf(rule: unknown, known: KnownRules, places: Places): Condition {
  if (!isShieldRule(rule)) return { kind: 'unknown', why: 'a part of it is not a rule of graphql-shield' };
  switch (rule.kind) {
    case 'allow':
      return { kind: 'everyone' };
    case 'deny':
      return { kind: 'unknown', why: 'deny admits nobody: remove the field from the schema' };
    case 'not':
      return { kind: 'unknown', why: 'no rule can say not' };
    case 'and':
      return { kind: 'all', of: rule.of.map((part) => conditionOf(part, known, places)) };
    case 'or':
      return { kind: 'any', of: rule.of.map((part) => conditionOf(part, known, places)) };
    case 'function':
      return functionCondition(rule, known, places);
  }
}

/** Returns what a function of the application means, which only its author knows. */
function functionCondition(
  { name, at }: Extract<ShieldRule, { readonly kind: 'function' }>,
  known: KnownRules,
  places: Places,
): Condition {
  if (name === null) {
    const why = `a function without a name (${at}): name it, as in rule('isAdmin')(…), then say what it means`;
    return { kind: 'unknown', why };
  }
  const [first, second] = places.get(name) ?? [];
  // What the author says of one of them would also admit the callers of the other.
  if (second !== undefined) {
    const why = `several functions have the name ${name} (${first}, ${second}): give each its own, as in rule('isAdmin')(…)`;
    return { kind: 'unknown', why };
  }
  // No rule as an example: for another function than it was made for, it could admit more callers.
  const why = `a function decides ${name} (${at}): say what it requires with --rule ${name}='…', in directives that admit nobody else`;
  return known.get(name) ?? { kind: 'unknown', why };
}

function describe(rule: unknown): string {
  if (!isShieldRule(rule)) return '?';
  if (rule.kind === 'function') return rule.name ?? 'rule';
  if (rule.kind === 'and' || rule.kind === 'or') return `${rule.kind}(${rule.of.map(describe).join(', ')})`;
  return rule.kind === 'not' ? 'not(…)' : rule.kind;
}

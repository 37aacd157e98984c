import {
  type DirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  GraphQLError,
  isTypeDefinitionNode,
  Kind,
  parse,
} from 'graphql';
import { UsageError } from '../command.ts';
import { isRecord } from '../is-record.ts';
import { argumentsOf, scopesOf, stringsOf } from './argument-values.ts';
import { type Condition, toRules, type Translation } from './condition.ts';
import { type FieldsNode, type Migration, rootTypes, typesWithFields } from './migration.ts';
import { isShieldRule, type ShieldCall, type ShieldRule } from './shield-stand-in.ts';

/** What the application's rule functions mean, by name: its author says so. */
export type KnownRules = ReadonlyMap<string, Condition>;

/**
 * Parses `--rule name=@directive`.
 * @throws {UsageError} if it is none
 */
export function parseKnownRule(text: string): readonly [name: string, condition: Condition] {
  // The name can be any text, as in rule(`has-role:${role}`).
  const [, name, directives = ''] = /^(.+?)=(\s*@.+)$/s.exec(text) ?? [];
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

/**
 * Returns what each rule function means.
 * @throws {UsageError} if one is given two meanings
 */
export function knownRules(texts: readonly string[]): KnownRules {
  const rules = new Map<string, Condition>();
  for (const [name, condition] of texts.map(parseKnownRule)) {
    if (rules.has(name)) throw new UsageError(`--rule ${name} is given twice: say in one what it requires.`);
    rules.set(name, condition);
  }
  return rules;
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
  // graphql-shield has no rules on interfaces: those of each object type hold. Here a rule on an interface would add up.
  const nodes = [...typesWithFields(documents)].filter(isObjectNode);
  // Of a type in several places: its fields are those of all, and its own rule is written once.
  const fieldsOf = (type: string) => nodes.flatMap((node) => (node.name.value === type ? (node.fields ?? []) : []));
  const hasField = (type: string, field: string) => fieldsOf(type).some(({ name }) => name.value === field);
  const written = new Set<string>();
  const roots = rootTypes(documents);
  const types = isRecord(map) && !isShieldRule(map) ? map : {};
  for (const [type, entry] of Object.entries(types)) noteWhatIsNotInSchema(type, entry);
  const fallback = isRecord(options) && isShieldRule(options['fallbackRule']) ? options['fallbackRule'] : null;
  const places = placesOfFunctions([map, fallback]);
  for (const name of known.keys())
    if (!places.has(name)) migration.note('check', null, null, `--rule ${name}: no rule in the map has this name`);
  let open = 0;
  for (const node of nodes) {
    const { value: type } = node.name;
    const entry = isShieldRule(map) ? map : types[type];
    if (isShieldRule(entry)) writeOnType(node, entry);
    else if (!Object.hasOwn(types, type)) open += writeFallback(node);
    else if (isRecord(entry)) open += writeOnFields(node, entry);
    else writeNoRuleOnType(node, entry);
  }
  if (open > 0)
    migration.note(
      'check',
      null,
      null,
      `${open} fields have no rule in the map and were open by fallbackRule: they have no rule yet. \`fieldgate init\` proposes one`,
    );

  function noteWhatIsNotInSchema(type: string, entry: unknown): void {
    if (isOtherType(documents, type)) {
      const message = 'graphql-shield has rules on object types only: it ignored the rule that the map has for it';
      migration.note('check', null, type, message);
      return;
    }
    const names = isRecord(entry) && !isShieldRule(entry) ? Object.keys(entry) : [];
    const missing =
      fieldsOf(type).length === 0
        ? [type]
        : names.filter((name) => name !== '*' && !hasField(type, name)).map((name) => `${type}.${name}`);
    for (const coordinate of missing)
      migration.note('check', null, coordinate, 'the rule map has a rule for it, and the schema does not have it');
  }

  function writeOnType(node: FieldsNode, rule: ShieldRule): void {
    if (written.has(node.name.value)) return;
    written.add(node.name.value);
    write(node, node, node.name.value, rule, translate(rule));
  }

  /** Marks a type whose entry is neither a rule nor a map of fields. */
  function writeNoRuleOnType(node: FieldsNode, entry: unknown): void {
    if (written.has(node.name.value)) return;
    written.add(node.name.value);
    migration.writeUndecided(node, [], 'no rule');
    const message = `its entry in the rule map is ${nounOf(entry)}, not a rule: graphql-shield applied fallbackRule`;
    migration.note('undecided', node.name, node.name.value, message);
  }

  /** Writes the rule of a type that is not in the map. Returns how many fields have no rule. */
  function writeFallback(node: FieldsNode): number {
    // `allow` for whatever has no rule is not a decision about this type.
    if (fallback === null || fallback.kind === 'allow') return node.fields?.length ?? 0;
    writeOnType(node, fallback);
    return 0;
  }

  /** Returns how many fields have no rule. */
  function writeOnFields(node: FieldsNode, entry: Readonly<Record<string, unknown>>): number {
    // graphql-shield ignores a map with an entry that is no rule, and applies fallbackRule to all fields of the type.
    const [noRule] = Object.keys(entry).filter((name) => !isShieldRule(entry[name]));
    if (noRule !== undefined && !written.has(node.name.value)) {
      written.add(node.name.value);
      const message = `graphql-shield ignored its rules and applied fallbackRule, because the entry of ${JSON.stringify(noRule)} is ${nounOf(entry[noRule])}, not a rule. Here they hold, with fallbackRule`;
      migration.note('narrower', node.name, node.name.value, message);
    }
    let withoutRule = 0;
    for (const field of node.fields ?? []) {
      const name = [field.name.value, '*'].find((key) => Object.hasOwn(entry, key));
      const own = name === undefined ? fallback : entry[name];
      // As above: `allow` is not a decision if it is the fallback.
      if (name === undefined && (fallback === null || fallback.kind === 'allow')) withoutRule += 1;
      else writeOnField(node, field, own, noRule === undefined ? null : fallback);
    }
    return withoutRule;
  }

  /** @param also another rule that must hold */
  function writeOnField(node: FieldsNode, field: FieldDefinitionNode, rule: unknown, also: ShieldRule | null): void {
    const coordinate = `${node.name.value}.${field.name.value}`;
    if (isShieldRule(rule)) {
      write(node, field, coordinate, rule, translate(rule, also));
      return;
    }
    migration.writeUndecided(field, [], 'no rule');
    const message = `its entry in the rule map is ${nounOf(rule)}, not a rule`;
    migration.note('undecided', field.name, coordinate, message);
  }

  function write(
    type: FieldsNode,
    element: FieldsNode | FieldDefinitionNode,
    coordinate: string,
    rule: ShieldRule,
    { rules, lost }: Translation,
  ): void {
    const owner = rules?.owner?.field;
    if (owner !== undefined && (roots.has(type.name.value) || !hasField(type.name.value, owner))) {
      const why = `${type.name.value} has no field ${owner} with the owner's id`;
      write(type, element, coordinate, rule, { rules: null, lost: [why] });
      return;
    }
    if (rules === null) migration.writeUndecided(element, [], describe(rule));
    else migration.write(element, [], rules);
    const message = `${describe(rule)} is not carried over: ${lost.join('; ')}`;
    if (lost.length > 0) migration.note(rules === null ? 'undecided' : 'narrower', element.name, coordinate, message);
  }

  function translate(rule: ShieldRule, also: ShieldRule | null = null): Translation {
    const of = [rule, ...(also === null ? [] : [also])].map((part) => conditionOf(part, known, places));
    return toRules({ kind: 'all', of });
  }
}

const isObjectNode = ({ kind }: FieldsNode): boolean =>
  kind === Kind.OBJECT_TYPE_DEFINITION || kind === Kind.OBJECT_TYPE_EXTENSION;

/** Whether a type is an interface, a type without fields, or one of introspection. */
function isOtherType(documents: readonly DocumentNode[], type: string): boolean {
  const definitions = documents.flatMap((document) => document.definitions.filter(isTypeDefinitionNode));
  const named = definitions.filter(({ name }) => name.value === type);
  return type.startsWith('__') || (named.length > 0 && named.every(({ kind }) => kind !== Kind.OBJECT_TYPE_DEFINITION));
}

/** Returns what a value is, for a note. */
const nounOf = (value: unknown): string =>
  value === undefined || value === null ? String(value) : typeof value === 'object' ? 'an object' : `a ${typeof value}`;

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
  { name, at, isInputRule }: Extract<ShieldRule, { readonly kind: 'function' }>,
  known: KnownRules,
  places: Places,
): Condition {
  if (name === null) {
    const why = `a function without a name (${at}): name it, as in rule('isAdmin')(…) or const isAdmin = hasRole('ADMIN'), then say what it means`;
    return { kind: 'unknown', why };
  }
  const [first, second] = places.get(name) ?? [];
  // What the author says of one of them would also admit the callers of the other.
  if (second !== undefined) {
    const why = `several functions have the name ${name} (${first}, ${second}): give each its own, as in rule('isAdmin')(…)`;
    return { kind: 'unknown', why };
  }
  // No rule as an example: for another function than it was made for, it could admit more callers.
  const decides = isInputRule
    ? `${name} (${at}) checks arguments: check them in the resolver, and`
    : `a function decides ${name} (${at}):`;
  const why = `${decides} say what it requires with --rule ${name}='…', in directives that admit nobody else`;
  return known.get(name) ?? { kind: 'unknown', why };
}

function describe(rule: unknown): string {
  if (!isShieldRule(rule)) return '?';
  if (rule.kind === 'function') return rule.name ?? 'rule';
  if (rule.kind === 'and' || rule.kind === 'or') return `${rule.kind}(${rule.of.map(describe).join(', ')})`;
  return rule.kind === 'not' ? 'not(…)' : rule.kind;
}

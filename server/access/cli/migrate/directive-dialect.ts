import type {
  DefinitionNode,
  DirectiveNode,
  DocumentNode,
  EnumTypeDefinitionNode,
  EnumTypeExtensionNode,
  FieldDefinitionNode,
  ScalarTypeDefinitionNode,
  ScalarTypeExtensionNode,
  TypeNode,
} from 'graphql';
import { and, type Condition, implies, PUBLIC, type Rules, toRules, type Translation } from './condition.ts';
import { type FieldsNode, type Migration, rootTypes, textOf, typesWithFields } from './migration.ts';

/** A library whose rules are directives in the schema. */
export interface DirectiveDialect {
  /** Whether a directive is a rule of the library. */
  isRule(directive: DirectiveNode): boolean;
  /** Returns whom the rules on a scalar or an enum admit to the fields that return it; undefined if they are not for them. */
  leafCondition?(directives: readonly DirectiveNode[]): Condition;
  /** Returns the rule that a type has without a directive, by its definition and extensions; null if there is none. */
  impliedRule?(nodes: readonly FieldsNode[]): ImpliedRule | null;
  /** Whether an earlier migration wrote a directive. It stays as it is. */
  isAccessRule?(directive: DirectiveNode): boolean;
  /** Returns whom the rules on one element admit, together. */
  condition(directives: readonly DirectiveNode[], element: Element): Condition;
  /** Whether a rule on a type also refuses the fields that return it, even if they select only `__typename`. */
  readonly typeRulesCoverResults: boolean;
  /** Whether a rule on a field replaces that of its type. Here they add up. */
  readonly fieldRulesReplaceTypeRules: boolean;
}

type LeafNode = EnumTypeDefinitionNode | EnumTypeExtensionNode | ScalarTypeDefinitionNode | ScalarTypeExtensionNode;

/** A rule that is not written on the type. */
export interface ImpliedRule {
  readonly condition: Condition;
  readonly text: string;
}

/** The element that rules are on. */
export interface Element {
  readonly coordinate: string;
  readonly kind: 'type' | 'field' | 'root field';
  /** The type, or the field's parent. */
  readonly type: FieldsNode;
}

/** Writes the rules of a library's directives as access rules. */
export function migrateDirectives(
  documents: readonly DocumentNode[],
  dialect: DirectiveDialect,
  migration: Migration,
): void {
  const roots = rootTypes(documents);
  const rulesOn = (node: { readonly directives?: readonly DirectiveNode[] | undefined }) =>
    (node.directives ?? []).filter((directive) => dialect.isRule(directive));
  const typeRules = new Map<string, Rules>();
  /** Why the rule of a type is not known here, by type. */
  const unknownTypes = new Map<string, string>();

  for (const [name, nodes] of Map.groupBy(typesWithFields(documents), (node) => node.name.value)) {
    if (nodes.some((node) => node.directives?.some((directive) => dialect.isAccessRule?.(directive) === true)))
      unknownTypes.set(name, 'which was migrated before');
    const ruled = nodes
      .map((node) => ({ node, directives: rulesOn(node) }))
      .filter(({ directives }) => directives.length > 0);
    const implied = dialect.impliedRule?.(nodes) ?? null;
    const [first, ...others] = ruled.length > 0 ? ruled : nodes.slice(0, 1).map((node) => ({ node, directives: [] }));
    if (first === undefined || (ruled.length === 0 && implied === null)) continue;
    const conditions = ruled.map(({ node, directives }) =>
      dialect.condition(directives, { coordinate: name, kind: 'type', type: node }),
    );
    const translation = toRules({ kind: 'all', of: [...conditions, ...(implied === null ? [] : [implied.condition])] });
    // A type can have each access directive once, in its definition or in one extension.
    const text = textOf(ruled.flatMap(({ directives }) => directives)) || implied?.text;
    writeTranslation(migration, first.node, name, first.directives, translation, text);
    for (const { node, directives } of others) migration.remove(isEmptyWithout(directives, node) ? [node] : directives);
    if (translation.rules === null) unknownTypes.set(name, 'whose rule is not carried over');
    else typeRules.set(name, translation.rules);
  }

  const leafTypes = new Set<string>();
  for (const node of leafNodes(documents)) {
    const directives = rulesOn(node);
    if (directives.length === 0 || dialect.leafCondition === undefined) continue;
    const name = node.name.value;
    leafTypes.add(name);
    const translation = toRules(dialect.leafCondition(directives));
    if (translation.rules === null) {
      unknownTypes.set(name, 'whose rule is not carried over');
      writeTranslation(migration, node, name, directives, translation);
      continue;
    }
    // An extension with nothing in it is not valid.
    migration.remove(isEmptyWithout(directives, node) ? [node] : directives);
    const message = `${textOf(directives)} is now on the fields that return it: fields that you add later need it, too`;
    migration.note('check', directives[0], name, message);
    const rules = and(typeRules.get(name) ?? PUBLIC, translation.rules);
    if (rules === null) unknownTypes.set(name, 'whose rules one element cannot have');
    else typeRules.set(name, rules);
  }

  const nodesOf = Map.groupBy(typesWithFields(documents), (node) => node.name.value);
  /** Whether an interface of a type has a rule, or its field of this name: it holds for the type's field, too. */
  const hasInterfaceRule = (type: string, field: string) =>
    (nodesOf.get(type) ?? [])
      .flatMap(({ interfaces = [] }) => interfaces)
      .some(
        ({ name }) =>
          typeRules.has(name.value) ||
          nodesOf
            .get(name.value)
            ?.some(({ fields = [] }) => fields.some((each) => each.name.value === field && rulesOn(each).length > 0)),
      );

  for (const node of typesWithFields(documents)) {
    const kind = roots.has(node.name.value) ? 'root field' : 'field';
    for (const field of node.fields ?? []) {
      const directives = rulesOn(field);
      const element = { coordinate: `${node.name.value}.${field.name.value}`, kind, type: node } as const;
      const own = directives.length > 0 ? toRules(dialect.condition(directives, element)) : null;
      migrateField(field, element, directives, own);
    }
  }

  for (const node of otherNodes(documents)) {
    const directives = rulesOn(node);
    const isCarriedOver = 'name' in node && leafTypes.has(node.name?.value ?? '');
    if (directives.length === 0 || isCarriedOver) continue;
    const coordinate = 'name' in node ? (node.name?.value ?? 'schema') : 'schema';
    const message = 'access rules are on fields, object types and interfaces: write one on each field that returns it';
    migration.writeUndecided(node, directives, textOf(directives));
    migration.note('undecided', directives[0], coordinate, `${textOf(directives)} is not carried over: ${message}`);
  }

  function migrateField(
    field: FieldDefinitionNode,
    { coordinate, kind, type }: Element,
    directives: readonly DirectiveNode[],
    own: Translation | null,
  ): void {
    const ofType = typeRules.get(type.name.value);
    const result = namedType(field.type);
    const unknownResult = dialect.typeRulesCoverResults ? unknownTypes.get(result) : undefined;
    const isJudged = own !== null || ofType !== undefined || hasInterfaceRule(type.name.value, field.name.value);
    if (unknownResult !== undefined && isJudged) {
      // Its own rule, or that of its type or an interface, would admit callers to the object, if only to `__typename`.
      const lost = [...(own?.lost ?? []), `it returns ${result}, ${unknownResult}`];
      writeTranslation(migration, field, coordinate, directives, { rules: null, lost });
      return;
    }
    const isCovered = dialect.typeRulesCoverResults && unknownResult === undefined;
    const ofResult = isCovered ? resultRules(typeRules.get(result)) : undefined;
    if (own === null) {
      if (ofResult === undefined || ofResult.isPublic) return;
      // A root field without a rule stays without one: the author of the schema must say who may run it. An object has
      // its own rule then; a scalar or an enum has none.
      if (!leafTypes.has(result) && (kind === 'root field' || !isJudged)) return;
      if (ofType !== undefined && implies(ofType, ofResult)) return;
      migration.write(field, [], ofResult);
      return;
    }
    const rules = own.rules && ofResult ? and(own.rules, ofResult) : own.rules;
    const lost =
      own.rules !== null && rules === null
        ? [...own.lost, `one element cannot have it and the rule of ${result}`]
        : own.lost;
    if (rules !== null && dialect.fieldRulesReplaceTypeRules && ofType !== undefined && !implies(rules, ofType)) {
      const message = `in the source this rule replaced the rule of ${type.name.value}; here both must hold. Move the rule of the type to its other fields if that is too narrow`;
      migration.note('narrower', directives[0], coordinate, message);
      if (rules.isPublic) {
        // The schema rules refuse @public where another rule restricts access.
        migration.remove(directives);
        return;
      }
    }
    writeTranslation(migration, field, coordinate, directives, { rules, lost });
  }
}

function writeTranslation(
  migration: Migration,
  node: DefinitionNode | FieldDefinitionNode,
  coordinate: string,
  directives: readonly DirectiveNode[],
  { rules, lost }: Translation,
  text = textOf(directives) || 'the rule of its type',
): void {
  if (rules === null) {
    migration.writeUndecided(node, directives, text);
    migration.note('undecided', directives[0] ?? node, coordinate, `${text} is not carried over: ${lost.join('; ')}`);
    return;
  }
  migration.write(node, directives, rules);
  if (lost.length > 0)
    migration.note('narrower', directives[0], coordinate, `part of ${text} is not carried over: ${lost.join('; ')}`);
}

/**
 * Returns what the rules of a type require of the fields that return it. The owner is not known before the object is;
 * the guard checks each object.
 */
function resultRules(rules: Rules | undefined): Rules | undefined {
  if (rules?.owner == null) return rules;
  return { ...rules, owner: null };
}

function namedType(type: TypeNode): string {
  return type.kind === 'NamedType' ? type.name.value : namedType(type.type);
}

/** Yields every definition and extension of a scalar or an enum. */
function* leafNodes(documents: readonly DocumentNode[]): Generator<LeafNode> {
  for (const { definitions } of documents)
    for (const node of definitions)
      switch (node.kind) {
        case 'ScalarTypeDefinition':
        case 'ScalarTypeExtension':
        case 'EnumTypeDefinition':
        case 'EnumTypeExtension':
          yield node;
      }
}

/** Whether a definition is an extension that only has these directives. */
function isEmptyWithout(directives: readonly DirectiveNode[], node: FieldsNode | LeafNode): boolean {
  const members = [
    ...('values' in node ? (node.values ?? []) : []),
    ...('fields' in node ? (node.fields ?? []) : []),
    ...('interfaces' in node ? (node.interfaces ?? []) : []),
  ];
  return node.kind.endsWith('Extension') && node.directives?.length === directives.length && members.length === 0;
}

/** Yields everything else that can carry a directive. */
function* otherNodes(documents: readonly DocumentNode[]): Generator<DefinitionNode> {
  const withFields = new Set<DefinitionNode>(typesWithFields(documents));
  for (const { definitions } of documents)
    for (const node of definitions) if (!withFields.has(node) && node.kind !== 'DirectiveDefinition') yield node;
}

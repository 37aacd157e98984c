import {
  type FieldNode,
  type FragmentDefinitionNode,
  getNamedType,
  getNullableType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  type SelectionNode,
  type SelectionSetNode,
  TypeMetaFieldDef,
  type ValueNode,
} from 'graphql';
import { type CostLimits, assertWithinLimit } from './cost-limits.ts';

/**
 * The cost of a selection set. `objects` counts the objects of the response; `objectsPerEntry` the objects per entry of the
 * enclosing list, which the enclosing field multiplies by the list's length.
 */
export class SelectionCost {
  fields = 0;
  aliases = 0;
  /** How many levels of selection sets are below this one. */
  height = 0;
  objects = 0;
  objectsPerEntry = 0;
  /** Objects of introspection. They have a limit of their own: they come from memory. */
  introspectionObjects = 0;
  /** How often each response name occurs. */
  readonly responseNames = new Map<string, number>();

  /** Adds one field with its response name. */
  addField(name: string, isAlias: boolean, limits: CostLimits): void {
    this.fields += 1;
    this.aliases += isAlias ? 1 : 0;
    this.#addResponseName(name, 1, limits);
    this.#assertWithinLimits(limits);
  }

  /**
   * Adds a nested selection set. It throws at the first exceeded limit, so that the time of the analysis grows with the
   * document and the limits, never with the size that fragments expand to.
   */
  addNested(nested: SelectionCost, limits: CostLimits): void {
    this.fields += nested.fields;
    this.aliases += nested.aliases;
    this.height = Math.max(this.height, nested.height + 1);
    this.introspectionObjects += nested.introspectionObjects;
    this.#assertWithinLimits(limits);
    for (const [name, count] of nested.responseNames) this.#addResponseName(name, count, limits);
  }

  /** Returns the number of objects if the list around the selection set has `length` entries. */
  totalObjects(length: number): number {
    return this.objects + length * this.objectsPerEntry;
  }

  #addResponseName(name: string, count: number, limits: CostLimits): void {
    const sum = (this.responseNames.get(name) ?? 0) + count;
    assertWithinLimit(sum, limits.repeatedNames);
    this.responseNames.set(name, sum);
  }

  #assertWithinLimits(limits: CostLimits): void {
    assertWithinLimit(this.fields, limits.fields);
    assertWithinLimit(this.aliases, limits.aliases);
  }
}

type Type = GraphQLNamedType | undefined;

/** Returns the number of entries that a value of `first` or `ids` requests; `otherwise` if the document does not say. */
function requestedEntries(value: ValueNode, otherwise: number): number {
  if (value.kind === Kind.INT) return Number(value.value);
  if (value.kind === Kind.LIST) return value.values.length;
  // GraphQL accepts a single id as a list of one.
  return value.kind === Kind.STRING ? 1 : otherwise;
}

/**
 * Computes the cost of the selection sets of one document; each fragment once, even if it is spread often. The document is
 * not validated yet: an unknown field, type or fragment gets the lowest possible cost, and validation reports it.
 */
export class CostAnalyzer {
  readonly #schema: GraphQLSchema;
  readonly #limits: CostLimits;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #fragmentCosts = new Map<string, SelectionCost>();

  constructor(schema: GraphQLSchema, limits: CostLimits, fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#schema = schema;
    this.#limits = limits;
    this.#fragments = fragments;
  }

  /**
   * Returns the cost of a selection set on `type`.
   * @param depth the level of the selection set in its operation or fragment, from 1
   * @throws {TooComplex}
   */
  costOfSelection({ selections }: SelectionSetNode, type: Type, depth: number): SelectionCost {
    assertWithinLimit(depth, this.#limits.depth);
    const sum = new SelectionCost();
    for (const node of selections) {
      const nested = this.#nestedCost(node, type, depth + 1);
      assertWithinLimit(depth + nested.height, this.#limits.depth);
      if (node.kind === Kind.FIELD) this.#addField(sum, node, type, nested);
      else {
        sum.addNested(nested, this.#limits);
        sum.objects += nested.objects;
        sum.objectsPerEntry += nested.objectsPerEntry;
      }
    }
    return sum;
  }

  /** Returns the cost of a fragment. A fragment that spreads itself counts once; validation reports the cycle. */
  costOfFragment(name: string, depth: number): SelectionCost {
    const cached = this.#fragmentCosts.get(name);
    if (cached) return cached;
    this.#fragmentCosts.set(name, new SelectionCost());
    const definition = this.#fragments.get(name);
    if (!definition) return new SelectionCost();
    const type = this.#schema.getType(definition.typeCondition.name.value);
    const cost = this.costOfSelection(definition.selectionSet, type, depth);
    this.#fragmentCosts.set(name, cost);
    return cost;
  }

  #nestedCost(node: SelectionNode, type: Type, depth: number): SelectionCost {
    switch (node.kind) {
      case Kind.FRAGMENT_SPREAD:
        return this.costOfFragment(node.name.value, depth);
      case Kind.INLINE_FRAGMENT: {
        const fragmentType = node.typeCondition ? this.#schema.getType(node.typeCondition.name.value) : type;
        return this.costOfSelection(node.selectionSet, fragmentType, depth);
      }
      case Kind.FIELD: {
        const definition = this.#fieldDefinition(type, node.name.value);
        return node.selectionSet
          ? this.costOfSelection(node.selectionSet, definition && getNamedType(definition.type), depth)
          : new SelectionCost();
      }
    }
  }

  /** A field costs one object, or one per entry of its list. Lists below a field with `first` have that length. */
  #addField(sum: SelectionCost, node: FieldNode, type: Type, nested: SelectionCost): void {
    const definition = this.#fieldDefinition(type, node.name.value);
    sum.addField((node.alias ?? node.name).value, node.alias !== undefined, this.#limits);
    sum.addNested(nested, this.#limits);
    sum.objects += this.#limits.textFieldCosts.get(`${type?.name}.${node.name.value}`) ?? 0;
    if (!definition || isLeafType(getNamedType(definition.type))) return;
    const first = this.#pageSize(node, definition);
    const isList = isListType(getNullableType(definition.type));
    const nestedListLength = isList || first === null ? this.#limits.listSizes.assumed : first;
    const costPerEntry = 1 + nested.totalObjects(nestedListLength);
    if (definition === SchemaMetaFieldDef || definition === TypeMetaFieldDef) sum.introspectionObjects += costPerEntry;
    else if (!isList) sum.objects += costPerEntry;
    else if (first === null) sum.objectsPerEntry += costPerEntry;
    else sum.objects += first * costPerEntry;
  }

  /**
   * Returns the number of entries that a field requests: its `first`, or the number of its `ids`. Null for a field with
   * neither. A variable counts as the largest page.
   */
  #pageSize(node: FieldNode, { args }: GraphQLField<unknown, unknown>): number | null {
    const argument = args.find(({ name }) => name === 'first' || name === 'ids');
    if (!argument) return null;
    const { maxPage } = this.#limits.listSizes;
    const literal = node.arguments?.find(({ name }) => name.value === argument.name)?.value;
    const requested = literal === undefined ? argument.defaultValue : requestedEntries(literal, maxPage);
    // A larger `first` does not cost more: the resolver rejects it with BAD_USER_INPUT.
    return typeof requested === 'number' ? Math.min(Math.max(requested, 1), maxPage) : maxPage;
  }

  #fieldDefinition(type: Type, name: string): GraphQLField<unknown, unknown> | undefined {
    if (type === this.#schema.getQueryType() && name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (type === this.#schema.getQueryType() && name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  }
}

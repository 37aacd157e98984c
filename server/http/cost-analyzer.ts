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
} from 'graphql';
import { type CostLimits, assertWithinLimit } from './cost-limits.ts';
import { SelectionCost } from './selection-cost.ts';

type Type = GraphQLNamedType | undefined;

/**
 * Weighs the selections of one document: each fragment once, however often it is spread. The document is not validated
 * yet: fields, types and fragments that are not there weigh as little as they can, and are found by validation.
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
   * What a selection on this type weighs.
   * @param depth at which level it stands
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

  /** What a fragment weighs, wherever it is spread. One that contains itself weighs nothing inside itself. */
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

  /** A field is one object, or as many as its list is long; below a field with a `first`, that is how long lists are. */
  #addField(sum: SelectionCost, node: FieldNode, type: Type, nested: SelectionCost): void {
    const definition = this.#fieldDefinition(type, node.name.value);
    sum.addField((node.alias ?? node.name).value, node.alias !== undefined, this.#limits);
    sum.addNested(nested, this.#limits);
    sum.objects += this.#limits.textFieldCosts.get(`${type?.name}.${node.name.value}`) ?? 0;
    if (!definition || isLeafType(getNamedType(definition.type))) return;
    const first = this.#pageSize(node, definition);
    const isList = isListType(getNullableType(definition.type));
    const costPerEntry = 1 + nested.totalObjects(isList || first === null ? this.#limits.listSizes.assumed : first);
    if (definition === SchemaMetaFieldDef || definition === TypeMetaFieldDef) sum.introspectionObjects += costPerEntry;
    else if (!isList) sum.objects += costPerEntry;
    else if (first === null) sum.objectsPerEntry += costPerEntry;
    else sum.objects += first * costPerEntry;
  }

  /** How many entries a field asks for, or null where it has no such argument. A variable may be as large as any. */
  #pageSize(node: FieldNode, { args }: GraphQLField<unknown, unknown>): number | null {
    const argument = args.find(({ name }) => name === 'first');
    if (!argument) return null;
    const { maxPage } = this.#limits.listSizes;
    const literal = node.arguments?.find(({ name }) => name.value === 'first')?.value;
    const requested =
      literal === undefined ? argument.defaultValue : literal.kind === Kind.INT ? Number(literal.value) : maxPage;
    // More than a page is no matter of cost: it is refused by the resolver, with words.
    return typeof requested === 'number' ? Math.min(Math.max(requested, 1), maxPage) : maxPage;
  }

  #fieldDefinition(type: Type, name: string): GraphQLField<unknown, unknown> | undefined {
    if (type === this.#schema.getQueryType() && name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (type === this.#schema.getQueryType() && name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  }
}

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
import { type CostLimits, insistOn } from './limits.ts';
import { Weight } from './weight.ts';

type Type = GraphQLNamedType | undefined;

/**
 * Weighs the selections of one document: each fragment once, however often it is spread. The document is not validated
 * yet: fields, types and fragments that are not there weigh as little as they can, and are found by validation.
 */
export class Scale {
  readonly #schema: GraphQLSchema;
  readonly #limits: CostLimits;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #weighed = new Map<string, Weight>();

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
  selection({ selections }: SelectionSetNode, type: Type, depth: number): Weight {
    insistOn(depth, this.#limits.depth);
    const sum = new Weight();
    for (const node of selections) {
      const below = this.#below(node, type, depth + 1);
      insistOn(depth + below.height, this.#limits.depth);
      if (node.kind === Kind.FIELD) this.#addField(sum, node, type, below);
      else {
        sum.addBelow(below, this.#limits);
        sum.objects += below.objects;
        sum.entries += below.entries;
      }
    }
    return sum;
  }

  /** What a fragment weighs, wherever it is spread. One that contains itself weighs nothing inside itself. */
  fragment(name: string, depth: number): Weight {
    const known = this.#weighed.get(name);
    if (known) return known;
    this.#weighed.set(name, new Weight());
    const definition = this.#fragments.get(name);
    if (!definition) return new Weight();
    const type = this.#schema.getType(definition.typeCondition.name.value);
    const weight = this.selection(definition.selectionSet, type, depth);
    this.#weighed.set(name, weight);
    return weight;
  }

  #below(node: SelectionNode, type: Type, depth: number): Weight {
    switch (node.kind) {
      case Kind.FRAGMENT_SPREAD:
        return this.fragment(node.name.value, depth);
      case Kind.INLINE_FRAGMENT: {
        const narrowed = node.typeCondition ? this.#schema.getType(node.typeCondition.name.value) : type;
        return this.selection(node.selectionSet, narrowed, depth);
      }
      case Kind.FIELD: {
        const definition = this.#definition(type, node.name.value);
        return node.selectionSet
          ? this.selection(node.selectionSet, definition && getNamedType(definition.type), depth)
          : new Weight();
      }
    }
  }

  /** A field is one object, or as many as its list is long; below a field with a `first`, that is how long lists are. */
  #addField(sum: Weight, node: FieldNode, type: Type, below: Weight): void {
    const definition = this.#definition(type, node.name.value);
    sum.addField((node.alias ?? node.name).value, node.alias !== undefined, this.#limits);
    sum.addBelow(below, this.#limits);
    sum.objects += this.#limits.texts.get(`${type?.name}.${node.name.value}`) ?? 0;
    if (!definition || isLeafType(getNamedType(definition.type))) return;
    const first = this.#first(node, definition);
    const isList = isListType(getNullableType(definition.type));
    const one = 1 + below.objectsOf(isList || first === null ? this.#limits.lengths.list : first);
    if (definition === SchemaMetaFieldDef || definition === TypeMetaFieldDef) sum.introspected += one;
    else if (!isList) sum.objects += one;
    else if (first === null) sum.entries += one;
    else sum.objects += first * one;
  }

  /** How many entries a field asks for, or null where it has no such argument. A variable may be as large as any. */
  #first(node: FieldNode, { args }: GraphQLField<unknown, unknown>): number | null {
    const argument = args.find(({ name }) => name === 'first');
    if (!argument) return null;
    const { page } = this.#limits.lengths;
    const given = node.arguments?.find(({ name }) => name.value === 'first')?.value;
    const asked = given === undefined ? argument.defaultValue : given.kind === Kind.INT ? Number(given.value) : page;
    // More than a page is no matter of cost: it is refused by the resolver, with words.
    return typeof asked === 'number' ? Math.min(Math.max(asked, 1), page) : page;
  }

  #definition(type: Type, name: string): GraphQLField<unknown, unknown> | undefined {
    if (type === this.#schema.getQueryType() && name === SchemaMetaFieldDef.name) return SchemaMetaFieldDef;
    if (type === this.#schema.getQueryType() && name === TypeMetaFieldDef.name) return TypeMetaFieldDef;
    return isObjectType(type) || isInterfaceType(type) ? type.getFields()[name] : undefined;
  }
}

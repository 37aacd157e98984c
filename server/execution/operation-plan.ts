import {
  defaultFieldResolver,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLInputType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  specifiedScalarTypes,
  TypeNameMetaFieldDef,
} from 'graphql';
import { collectFields, collectSubfields } from 'graphql/execution/collectFields.js';
import { getFieldDef } from 'graphql/execution/execute.js';

/** The values of variables, by name. */
export type Variables = Readonly<Record<string, unknown>>;

/** How the value of a field, or an item of its list, is completed. */
export interface ValuePlan {
  readonly kind: 'leaf' | 'list' | 'object';
  readonly isNonNull: boolean;
  /** The scalar or enum of a leaf. */
  readonly leaf: GraphQLLeafType | null;
  /** The items of a list. */
  readonly item: ValuePlan | null;
}

/** One response key of a selection set: all nodes with that key, merged. */
export interface FieldPlan {
  readonly key: string;
  readonly name: string;
  readonly nodes: readonly FieldNode[];
  readonly parentType: GraphQLObjectType;
  readonly definition: GraphQLField<unknown, unknown>;
  /** The resolver of the schema when the plan was made; see `isCurrent`. */
  readonly declaredResolver: GraphQLFieldResolver<unknown, unknown> | undefined;
  /** Null if the field reads the property of its name, as graphql-js's default resolver does. */
  readonly resolve: GraphQLFieldResolver<unknown, unknown> | null;
  /** `typename` and `property` have no path, no info and no arguments unless an error or a method needs them. */
  readonly kind: 'typename' | 'property' | 'resolved';
  readonly value: ValuePlan;
  /** Argument values that are equal for every execution; null if they are coerced for each call. */
  readonly constantArguments: Variables | null;
  /** What is selected on the object, or on each object in the list; null for leaves. */
  readonly selection: SelectionPlan | null;
}

/** The fields that are executed on an object, in the order of the response. */
export interface SelectionPlan {
  readonly type: GraphQLObjectType;
  readonly fields: readonly FieldPlan[];
}

/** An operation whose selections have been collected, for one combination of `@skip` and `@include` conditions. */
export interface OperationPlan {
  readonly isSerial: boolean;
  readonly root: SelectionPlan;
  /** All fields of the plan, for `isCurrent`. */
  readonly fields: readonly FieldPlan[];
}

/** What a plan is made of. */
export interface PlanSource {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The variables of `@skip` and `@include` conditions. */
  readonly conditions: Variables;
  /** A fragment that is spread many times has as many field plans: they must not outgrow the document. */
  readonly maxFields: number;
}

/** The operation has something that only graphql-js executes. */
class NotPlannable extends Error {}

/**
 * Returns the plan of an operation; null if it has more than `maxFields` fields, or something that is left to graphql-js:
 * subscriptions, abstract types, `isTypeOf`, introspection, other directives than `@skip` and `@include`, and what
 * validation rejects.
 */
export function planOperation(source: PlanSource): OperationPlan | null {
  const { schema, operation } = source;
  const rootType = operation.operation === 'subscription' ? null : schema.getRootType(operation.operation);
  if (rootType == null) return null;
  const fields: FieldPlan[] = [];
  try {
    const collected = collectFields(schema, source.fragments, source.conditions, rootType, operation.selectionSet);
    const root = planSelection(source, rootType, collected, fields);
    return { isSerial: operation.operation === 'mutation', root, fields };
  } catch {
    // NotPlannable, or an error of graphql-js about a condition: it reports that error itself, at the right path.
    return null;
  }
}

/** Whether the schema still has the resolvers that a plan was made with: a guard may be installed later. */
export function isCurrent({ fields }: OperationPlan): boolean {
  for (const { definition, declaredResolver } of fields) if (definition.resolve !== declaredResolver) return false;
  return true;
}

function planSelection(
  source: PlanSource,
  type: GraphQLObjectType,
  collected: ReadonlyMap<string, readonly FieldNode[]>,
  fields: FieldPlan[],
): SelectionPlan {
  if (type.isTypeOf) throw new NotPlannable();
  const planned = [...collected].map(([key, nodes]) => planField(source, type, key, nodes, fields));
  return { type, fields: planned };
}

function planField(
  source: PlanSource,
  parentType: GraphQLObjectType,
  key: string,
  nodes: readonly FieldNode[],
  fields: FieldPlan[],
): FieldPlan {
  const [node] = nodes as readonly [FieldNode];
  const definition = getFieldDef(source.schema, parentType, node);
  if (!definition || nodes.some(hasOtherDirective) || fields.length >= source.maxFields) throw new NotPlannable();
  const isTypename = definition === TypeNameMetaFieldDef;
  if (definition.name.startsWith('__') && !isTypename) throw new NotPlannable();
  const value = planValue(definition.type);
  const isPropertyRead = definition.resolve == null || definition.resolve === defaultFieldResolver;
  const constantArguments = constantArgumentsOf(definition, node);
  const isLeaf = value.kind === 'leaf';
  const field = {
    key,
    name: definition.name,
    nodes,
    parentType,
    definition,
    declaredResolver: definition.resolve,
    resolve: isPropertyRead ? null : (definition.resolve ?? null),
    kind: propertyKind(isTypename, isPropertyRead && isLeaf && constantArguments !== null),
    value,
    constantArguments,
    selection: null as SelectionPlan | null,
  } satisfies FieldPlan;
  fields.push(field);
  const named = getNamedType(definition.type);
  if (isObjectType(named)) {
    const { schema, fragments, conditions } = source;
    field.selection = planSelection(
      source,
      named,
      collectSubfields(schema, fragments, conditions, named, nodes),
      fields,
    );
  }
  return field;
}

function propertyKind(isTypename: boolean, isProperty: boolean): FieldPlan['kind'] {
  if (isTypename) return 'typename';
  return isProperty ? 'property' : 'resolved';
}

function planValue(type: GraphQLOutputType): ValuePlan {
  if (isNonNullType(type)) return { ...planValue(type.ofType), isNonNull: true };
  if (isListType(type)) return { kind: 'list', isNonNull: false, leaf: null, item: planValue(type.ofType) };
  if (isLeafType(type)) return { kind: 'leaf', isNonNull: false, leaf: type, item: null };
  if (isObjectType(type)) return { kind: 'object', isNonNull: false, leaf: null, item: null };
  throw new NotPlannable();
}

function hasOtherDirective({ directives }: FieldNode): boolean {
  return directives?.some(({ name }) => name.value !== 'skip' && name.value !== 'include') ?? false;
}

/**
 * Returns argument values that no call can change for another: defaults, which graphql-js shares as well, and literals
 * of built-in scalars and enums with primitive values. Null if there are others: a custom scalar may parse to another
 * value each time, and an object of one request must not be handed to the next.
 */
function constantArgumentsOf(definition: GraphQLField<unknown, unknown>, node: FieldNode): Variables | null {
  const types = new Map(definition.args.map(({ name, type }) => [name, type]));
  for (const { name, value } of node.arguments ?? []) {
    const type = types.get(name.value);
    if (type === undefined || !isBuiltIn(type)) return null;
    if (value.kind === Kind.VARIABLE || value.kind === Kind.LIST || value.kind === Kind.OBJECT) return null;
  }
  try {
    const values = getArgumentValues(definition, node);
    const isShared = node.arguments?.some(({ name }) => isObject(values[name.value])) ?? false;
    return isShared ? null : values;
  } catch {
    // The error belongs to each call, with its path.
    return null;
  }
}

function isBuiltIn(type: GraphQLInputType): boolean {
  const named = getNamedType(type);
  return isEnumType(named) || (specifiedScalarTypes as readonly unknown[]).includes(named);
}

function isObject(value: unknown): boolean {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

/** Returns the fragments of a document by name, in graphql-js's form. */
export function fragmentsOf({ definitions }: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments = Object.create(null) as Record<string, FragmentDefinitionNode>;
  for (const definition of definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  return fragments;
}

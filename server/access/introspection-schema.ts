import {
  defaultFieldResolver,
  defaultTypeResolver,
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLFieldConfig,
  GraphQLInputObjectType,
  type GraphQLInputFieldConfig,
  type GraphQLInputType,
  GraphQLInterfaceType,
  GraphQLList,
  type GraphQLNamedType,
  GraphQLNonNull,
  GraphQLObjectType,
  type GraphQLOutputType,
  GraphQLSchema,
  GraphQLUnionType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import { appendAccessDescription } from './rule-descriptions.ts';
import type { Policy } from './policy.ts';
import { type AccessViewer, parseViewer } from './access-viewer.ts';
import { type ViewerRoles, restrictionsOn, type Visible, visibleTo } from './visible-definitions.ts';

/** The schema as one audience may use it. */
export type SchemaForViewer = (viewer: AccessViewer | null) => GraphQLSchema;

/**
 * Makes, for each audience, the schema that introspection shows it: without a token what is public, with one what the
 * caller's roles may use. Each is built when it is first asked for. Conditions that a caller can come to meet, such as
 * a newer sign-in, hide nothing. What is hidden is not secret: a refusal tells that the field is there.
 *
 * `createExecute` answers `__schema` and `__type` with it, and executes everything else on the policy's own schema.
 */
export function createIntrospectionSchemas(policy: Policy): SchemaForViewer {
  const roles = rolesInPolicy(policy);
  const schemas = new Map<string, GraphQLSchema>();
  return (value) => {
    const viewer = parseViewer(value);
    // Of the viewer's roles only those that the schema speaks of: what a token says cannot fill the memory.
    const viewerRoles = viewer === null ? null : roles.filter((role) => viewer.roles.includes(role));
    const audience = audienceKey(roles, viewerRoles);
    const cached = schemas.get(audience);
    if (cached !== undefined) return cached;
    const schema = buildVisibleSchema(policy, visibleTo(policy, viewerRoles));
    schemas.set(audience, schema);
    return schema;
  };
}

/** One digit for each role of the schema: names that are joined could be read as others, or as "anonymous". */
function audienceKey(roles: readonly string[], viewerRoles: ViewerRoles): string {
  return viewerRoles === null ? 'anonymous' : roles.map((role) => (viewerRoles.includes(role) ? '1' : '0')).join('');
}

/**
 * Builds a schema of the visible parts. Scalars and enums are those of the policy's schema and defaults are taken as
 * they are, so that values mean the same in both. Its fields and types ask the policy's schema at the time of the
 * call: should data be executed on it by mistake, the guard holds.
 */
function buildVisibleSchema(policy: Policy, { types, fields }: Visible): GraphQLSchema {
  const { schema } = policy;
  const copies = new Map<GraphQLNamedType, GraphQLNamedType>();
  // By name: a field may hold another object of a type than the schema's map does. In the order of the schema.
  const byName = new Map([...types].map((type) => [type.name, type]));
  for (const name of Object.keys(schema.getTypeMap())) {
    const type = byName.get(name);
    if (type !== undefined) copies.set(type, copyOf(type));
  }
  const rootOf = (type: GraphQLObjectType | null | undefined) => (type && types.has(type) ? copied(type) : null);
  return new GraphQLSchema({
    query: rootOf(schema.getQueryType()),
    mutation: rootOf(schema.getMutationType()),
    subscription: rootOf(schema.getSubscriptionType()),
    types: [...copies.values()],
    // For an audience without a field the query type has none.
    assumeValid: true,
  });

  function copied<T extends GraphQLNamedType>(type: T): T {
    const copy = copies.get(type);
    // Never the type itself: it has fields that this audience is not shown.
    if (copy === undefined) throw new Error(`${type.name} is named by a visible type, but is not visible itself.`);
    return copy as T;
  }

  function typeIn<T extends GraphQLInputType | GraphQLOutputType>(type: T): T {
    if (isListType(type)) return new GraphQLList(typeIn(type.ofType as T)) as unknown as T;
    if (isNonNullType(type)) return new GraphQLNonNull(typeIn(type.ofType as T) as never) as unknown as T;
    return copied(getNamedType(type)) as T;
  }

  function interfacesOf(type: GraphQLObjectType | GraphQLInterfaceType): GraphQLInterfaceType[] {
    return type
      .getInterfaces()
      .filter((parent) => types.has(parent))
      .map(copied);
  }

  function copyOf(type: GraphQLNamedType): GraphQLNamedType {
    const { name, description } = type;
    if (isObjectType(type))
      return new GraphQLObjectType({
        name,
        description,
        interfaces: () => interfacesOf(type),
        fields: () => fieldsOf(type),
        isTypeOf: type.isTypeOf && ((...asked) => type.isTypeOf?.(...asked) ?? false),
      });
    if (isInterfaceType(type))
      return new GraphQLInterfaceType({
        name,
        description,
        interfaces: () => interfacesOf(type),
        fields: () => fieldsOf(type),
        resolveType: (...asked) => (type.resolveType ?? defaultTypeResolver)(...asked),
      });
    if (isUnionType(type))
      return new GraphQLUnionType({
        name,
        description,
        types: () =>
          type
            .getTypes()
            .filter((member) => types.has(member))
            .map(copied),
        resolveType: (...asked) => (type.resolveType ?? defaultTypeResolver)(...asked),
      });
    if (isInputObjectType(type))
      return new GraphQLInputObjectType({
        name,
        description,
        isOneOf: type.isOneOf,
        fields: () => mapped(Object.values(type.getFields()), (field) => inputOf(`${name}.${field.name}`, field)),
      });
    return type;
  }

  function fieldsOf(type: GraphQLObjectType | GraphQLInterfaceType) {
    const visible = (fields.get(type.name) ?? []).flatMap((name) => type.getFields()[name] ?? []);
    return mapped(visible, (field) => fieldOf(type, field));
  }

  function fieldOf(
    type: GraphQLObjectType | GraphQLInterfaceType,
    field: GraphQLField<unknown, unknown>,
  ): GraphQLFieldConfig<unknown, unknown> {
    const coordinate = `${type.name}.${field.name}`;
    return {
      type: typeIn(field.type),
      description: appendAccessDescription(field.description, restrictionsOn(policy, type, field.name)),
      deprecationReason: field.deprecationReason,
      args: mapped(field.args, (argument) => inputOf(`${coordinate}(${argument.name}:)`, argument)),
      resolve: (...asked) => (field.resolve ?? defaultFieldResolver)(...asked),
    };
  }

  function inputOf(
    coordinate: string,
    { type, description, defaultValue, deprecationReason }: Omit<GraphQLArgument, 'name'>,
  ): GraphQLInputFieldConfig {
    const rule = policy.ownerRuleOn(coordinate);
    return {
      type: typeIn(type),
      description: appendAccessDescription(description, rule === null ? [] : [rule]),
      defaultValue,
      deprecationReason,
    };
  }
}

function mapped<T extends { readonly name: string }, U>(parts: readonly T[], configOf: (part: T) => U) {
  return Object.fromEntries(parts.map((part) => [part.name, configOf(part)]));
}

function rolesInPolicy(policy: Policy): readonly string[] {
  const roles = new Set<string>();
  for (const type of Object.values(policy.schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.keys(type.getFields()))
      for (const rule of policy.requirement(type.name, field))
        if (rule.kind === 'auth') for (const role of rule.roles ?? []) roles.add(role);
  }
  return [...roles].toSorted();
}

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
import { defaultConfigOf } from './graphql-values.ts';
import { appendAccessDescription } from './rule-descriptions.ts';
import type { Policy } from './policy.ts';
import type { RestrictiveRule } from './rule.ts';
import { type AccessViewer, parseViewer } from './access-viewer.ts';
import { restrictionsOn, type ViewerGrants, type Visible, visibleTo } from './visible-definitions.ts';

/** Returns the schema that introspection shows to a viewer. */
export type SchemaForViewer = (viewer: AccessViewer | null) => GraphQLSchema;

/**
 * Returns a function from viewer to introspection schema: without a token the public fields, with one the fields that
 * the viewer's roles and scopes may use. Each schema is built on first use. Conditions that a viewer can fulfil, such as a newer
 * sign-in, hide nothing. Hidden is not secret: a refusal reveals that the field exists.
 *
 * `createExecute` executes `__schema` and `__type` on it, and everything else on the policy's schema.
 */
export function createIntrospectionSchemas(policy: Policy): SchemaForViewer {
  const named = grantsInPolicy(policy);
  const schemas = new Map<string, GraphQLSchema>();
  return (value) => {
    const viewer = parseViewer(value);
    // Only what rules name: with arbitrary roles in tokens, the cache would fill with equal schemas.
    const grants = viewer && {
      roles: named.roles.filter((role) => viewer.roles.includes(role)),
      scopes: named.scopes.filter((scope) => viewer.scopes.includes(scope)),
    };
    const audience = audienceKey(named, grants);
    const schema = schemas.get(audience) ?? buildVisibleSchema(policy, visibleTo(policy, grants));
    // In the order of last use. A client may choose the scopes of its token: n scopes are 2^n audiences.
    schemas.delete(audience);
    const [unused] = schemas.keys();
    if (schemas.size >= MAX_SCHEMAS && unused !== undefined) schemas.delete(unused);
    schemas.set(audience, schema);
    return schema;
  };
}

/** The most schemas that are kept; the one that was not used for longest is built again. */
const MAX_SCHEMAS = 256;

/** The cache key: one digit for each role and scope. Joined names would be ambiguous, or could equal "anonymous". */
function audienceKey(named: NonNullable<ViewerGrants>, grants: ViewerGrants): string {
  if (grants === null) return 'anonymous';
  return [
    ...named.roles.map((role) => (grants.roles.includes(role) ? '1' : '0')),
    ...named.scopes.map((scope) => (grants.scopes.includes(scope) ? '1' : '0')),
  ].join('');
}

/**
 * Builds a schema of the visible parts. Scalars, enums and default values are shared with the policy's schema, so that
 * values mean the same in both. Resolvers delegate to the policy's schema at call time: if data is executed on this
 * schema by mistake, the guard still applies.
 */
function buildVisibleSchema(policy: Policy, { types, fields, hasInputField }: Visible): GraphQLSchema {
  const { schema } = policy;
  const copies = new Map<GraphQLNamedType, GraphQLNamedType>();
  // By name, because a field may reference another object for a type than the schema's type map; in the schema's order.
  const byName = new Map([...types].map((type) => [type.name, type]));
  for (const name of Object.keys(schema.getTypeMap())) {
    const type = byName.get(name);
    if (type !== undefined) copies.set(type, copyOf(type));
  }
  const rootOf = (type: GraphQLObjectType | null | undefined) => (type && types.has(type) ? copyFor(type) : null);
  return new GraphQLSchema({
    query: rootOf(schema.getQueryType()),
    mutation: rootOf(schema.getMutationType()),
    subscription: rootOf(schema.getSubscriptionType()),
    types: [...copies.values()],
    // An audience without any visible field has a query type without fields, which is not valid.
    assumeValid: true,
  });

  function copyFor<T extends GraphQLNamedType>(type: T): T {
    const copy = copies.get(type);
    // Not a fallback to the type itself: it has fields that are hidden from this audience.
    if (copy === undefined) throw new Error(`A visible type references ${type.name}, which is not visible.`);
    return copy as T;
  }

  function copyType<T extends GraphQLInputType | GraphQLOutputType>(type: T): T {
    if (isListType(type)) return new GraphQLList(copyType(type.ofType as T)) as unknown as T;
    if (isNonNullType(type)) return new GraphQLNonNull(copyType(type.ofType as T) as never) as unknown as T;
    return copyFor(getNamedType(type)) as T;
  }

  function interfacesOf(type: GraphQLObjectType | GraphQLInterfaceType): GraphQLInterfaceType[] {
    return type
      .getInterfaces()
      .filter((parent) => types.has(parent))
      .map(copyFor);
  }

  function copyOf(type: GraphQLNamedType): GraphQLNamedType {
    const { name, description } = type;
    if (isObjectType(type))
      return new GraphQLObjectType({
        name,
        description,
        interfaces: () => interfacesOf(type),
        fields: () => fieldsOf(type),
        isTypeOf: type.isTypeOf && ((...args) => type.isTypeOf?.(...args) ?? false),
      });
    if (isInterfaceType(type))
      return new GraphQLInterfaceType({
        name,
        description,
        interfaces: () => interfacesOf(type),
        fields: () => fieldsOf(type),
        resolveType: (...args) => (type.resolveType ?? defaultTypeResolver)(...args),
      });
    if (isUnionType(type))
      return new GraphQLUnionType({
        name,
        description,
        types: () =>
          type
            .getTypes()
            .filter((member) => types.has(member))
            .map(copyFor),
        resolveType: (...args) => (type.resolveType ?? defaultTypeResolver)(...args),
      });
    if (isInputObjectType(type))
      return new GraphQLInputObjectType({
        name,
        description,
        isOneOf: type.isOneOf,
        fields: () =>
          configsByName(
            Object.values(type.getFields()).filter((field) => hasInputField(`${name}.${field.name}`)),
            (field) => inputOf(`${name}.${field.name}`, field),
          ),
      });
    return type;
  }

  function fieldsOf(type: GraphQLObjectType | GraphQLInterfaceType) {
    const visible = (fields.get(type.name) ?? []).flatMap((name) => type.getFields()[name] ?? []);
    return configsByName(visible, (field) => fieldOf(type, field));
  }

  function fieldOf(
    type: GraphQLObjectType | GraphQLInterfaceType,
    field: GraphQLField<unknown, unknown>,
  ): GraphQLFieldConfig<unknown, unknown> {
    const coordinate = `${type.name}.${field.name}`;
    return {
      type: copyType(field.type),
      description: appendAccessDescription(field.description, restrictionsOn(policy, type, field.name)),
      deprecationReason: field.deprecationReason,
      args: configsByName(field.args, (argument) => inputOf(`${coordinate}(${argument.name}:)`, argument)),
      resolve: (...args) => (field.resolve ?? defaultFieldResolver)(...args),
    };
  }

  function inputOf(coordinate: string, input: Omit<GraphQLArgument, 'name'>): GraphQLInputFieldConfig {
    const { type, description, deprecationReason } = input;
    const rules = [policy.ownerRuleOn(coordinate), policy.authRuleOn(coordinate)].filter((rule) => rule !== null);
    return {
      type: copyType(type),
      description: appendAccessDescription(description, rules),
      ...defaultConfigOf(input),
      deprecationReason,
    };
  }
}

function configsByName<T extends { readonly name: string }, U>(parts: readonly T[], configOf: (part: T) => U) {
  return Object.fromEntries(parts.map((part) => [part.name, configOf(part)]));
}

/** Returns the roles and scopes that the rules of fields and input fields name. */
function grantsInPolicy(policy: Policy): NonNullable<ViewerGrants> {
  const roles = new Set<string>();
  const scopes = new Set<string>();
  for (const type of Object.values(policy.schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue;
    for (const rule of rulesOfFields(policy, type)) {
      if (rule?.kind !== 'auth') continue;
      for (const role of rule.roles ?? []) roles.add(role);
      for (const scope of rule.scopes?.flat() ?? []) scopes.add(scope);
    }
  }
  return { roles: [...roles].toSorted(), scopes: [...scopes].toSorted() };
}

function rulesOfFields(policy: Policy, type: GraphQLNamedType): readonly (RestrictiveRule | null)[] {
  if (isObjectType(type)) return Object.keys(type.getFields()).flatMap((field) => policy.requirement(type.name, field));
  if (!isInputObjectType(type)) return [];
  return Object.keys(type.getFields()).map((field) => policy.authRuleOn(`${type.name}.${field}`));
}

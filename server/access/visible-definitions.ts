import {
  getNamedType,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { Policy } from './policy.ts';
import { rootTypes } from './root-types.ts';
import { hasScopes, type RestrictiveRule } from './rule.ts';

/** The viewer's roles and scopes, limited to those that rules name; null for a request without a token. */
export type ViewerGrants = { readonly roles: readonly string[]; readonly scopes: readonly string[] } | null;

/** The parts of a schema that are visible to an audience. */
export interface Visible {
  /** The types reachable from the root types. */
  readonly types: ReadonlySet<GraphQLNamedType>;
  /** The names of the visible fields, by object type and interface. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** Whether a field of an input type is visible. */
  readonly hasInputField: (coordinate: string) => boolean;
}

type FieldsType = GraphQLObjectType | GraphQLInterfaceType;

/**
 * Returns what is visible to an audience. Removes fields until no remaining field has a type without visible fields.
 */
export function visibleTo(policy: Policy, grants: ViewerGrants): Visible {
  const { schema } = policy;
  const fields = new Map<string, readonly string[]>();
  const withFields = Object.values(schema.getTypeMap()).filter(
    (type): type is FieldsType => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__'),
  );
  for (const type of withFields) fields.set(type.name, fieldsFor(policy, grants, type));
  for (let previousCount = -1; previousCount !== count(fields); ) {
    previousCount = count(fields);
    for (const type of withFields) {
      const declared = type.getFields();
      const remaining = fields
        .get(type.name)
        ?.filter((name) => isVisible(schema, fields, getNamedType(declared[name]?.type)));
      fields.set(type.name, remaining ?? []);
    }
  }
  const hasInputField = (coordinate: string) => {
    const rule = policy.authRuleOn(coordinate);
    return rule === null || isRuleSatisfiable(rule, grants);
  };
  return { types: typesInUse(schema, fields, hasInputField), fields, hasInputField };
}

function fieldsFor(policy: Policy, grants: ViewerGrants, type: FieldsType): readonly string[] {
  return Object.keys(type.getFields()).filter((field) =>
    restrictionsOn(policy, type, field).every((rule) => isRuleSatisfiable(rule, grants)),
  );
}

/** Whether a type has visible fields. The query type always counts as visible, because a schema must have one. */
function isVisible(
  schema: GraphQLSchema,
  fields: ReadonlyMap<string, readonly string[]>,
  type: GraphQLNamedType | undefined,
): boolean {
  if (type === undefined) return false;
  if (isUnionType(type)) return type.getTypes().some((member) => isVisible(schema, fields, member));
  return type === schema.getQueryType() || fields.get(type.name)?.length !== 0;
}

/** Returns the restrictive rules of a field; for an interface's field, those of every implementing type. */
export function restrictionsOn(policy: Policy, type: FieldsType, field: string): readonly RestrictiveRule[] {
  if (isObjectType(type)) return policy.requirement(type.name, field);
  return policy.schema.getPossibleTypes(type).flatMap((member) => policy.requirement(member.name, field));
}

function isRuleSatisfiable(rule: RestrictiveRule, grants: ViewerGrants): boolean {
  if (grants === null) return false;
  if (rule.kind === 'owner') return true;
  if (rule.roles !== null && !rule.roles.some((role) => grants.roles.includes(role))) return false;
  return rule.scopes === null || hasScopes(rule.scopes, grants.scopes);
}

/** Returns the types reachable from the root types. An input or enum that no visible field references is hidden. */
function typesInUse(
  schema: GraphQLSchema,
  fields: ReadonlyMap<string, readonly string[]>,
  hasInputField: Visible['hasInputField'],
): ReadonlySet<GraphQLNamedType> {
  const used = new Set<GraphQLNamedType>();
  const pending: GraphQLNamedType[] = [...rootTypes(schema)];
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (used.has(type) || !isVisible(schema, fields, type)) continue;
    used.add(type);
    pending.push(...referencedTypes(type, fields, hasInputField));
    // A type may be reachable only as a member of its interface.
    if (isAbstractType(type)) pending.push(...schema.getPossibleTypes(type));
  }
  return used;
}

/** Returns the types that the visible parts of a type reference: by its fields, their arguments and its interfaces. */
function referencedTypes(
  type: GraphQLNamedType,
  fields: ReadonlyMap<string, readonly string[]>,
  hasInputField: Visible['hasInputField'],
): readonly GraphQLNamedType[] {
  if (isInputObjectType(type))
    return Object.values(type.getFields())
      .filter(({ name }) => hasInputField(`${type.name}.${name}`))
      .map((field) => getNamedType(field.type));
  if (!isObjectType(type) && !isInterfaceType(type)) return [];
  const declared = type.getFields();
  const ofFields = (fields.get(type.name) ?? []).flatMap((name) => {
    const field = declared[name];
    return field ? [getNamedType(field.type), ...field.args.map((argument) => getNamedType(argument.type))] : [];
  });
  return [...ofFields, ...type.getInterfaces()];
}

function count(fields: ReadonlyMap<string, readonly string[]>): number {
  return [...fields.values()].reduce((sum, names) => sum + names.length, 0);
}

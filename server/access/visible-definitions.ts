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
import type { RestrictiveRule } from './rule.ts';

/** The roles that a caller holds, of those that the schema speaks of; null without a token. */
export type ViewerRoles = readonly string[] | null;

/** The parts of a schema that an audience is shown. */
export interface Visible {
  /** The types that can be met from the roots. */
  readonly types: ReadonlySet<GraphQLNamedType>;
  /** By object type and interface, the names of the fields. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
}

type FieldsType = GraphQLObjectType | GraphQLInterfaceType;

/** Returns what an audience is shown of the schema: its fields are taken away until none leads to what is gone. */
export function visibleTo(policy: Policy, viewerRoles: ViewerRoles): Visible {
  const { schema } = policy;
  const fields = new Map<string, readonly string[]>();
  const withFields = Object.values(schema.getTypeMap()).filter(
    (type): type is FieldsType => (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__'),
  );
  for (const type of withFields) fields.set(type.name, fieldsFor(policy, viewerRoles, type));
  for (let before = -1; before !== count(fields); ) {
    before = count(fields);
    for (const type of withFields) {
      const declared = type.getFields();
      const left = fields.get(type.name)?.filter((name) => isOfUse(schema, fields, getNamedType(declared[name]?.type)));
      fields.set(type.name, left ?? []);
    }
  }
  return { types: typesInUse(schema, fields), fields };
}

function fieldsFor(policy: Policy, viewerRoles: ViewerRoles, type: FieldsType): readonly string[] {
  return Object.keys(type.getFields()).filter((field) =>
    restrictionsOn(policy, type, field).every((rule) => isRuleSatisfiable(rule, viewerRoles)),
  );
}

/** Whether a type has something to show. A schema has a query type, be there nothing in it for this audience. */
function isOfUse(
  schema: GraphQLSchema,
  fields: ReadonlyMap<string, readonly string[]>,
  type: GraphQLNamedType | undefined,
): boolean {
  if (type === undefined) return false;
  if (isUnionType(type)) return type.getTypes().some((member) => isOfUse(schema, fields, member));
  return type === schema.getQueryType() || fields.get(type.name)?.length !== 0;
}

/** What has to hold for a field; for an interface's, on every type that the interface can be. */
export function restrictionsOn(policy: Policy, type: FieldsType, field: string): readonly RestrictiveRule[] {
  if (isObjectType(type)) return policy.requirement(type.name, field);
  return policy.schema.getPossibleTypes(type).flatMap((member) => policy.requirement(member.name, field));
}

function isRuleSatisfiable(rule: RestrictiveRule, viewerRoles: ViewerRoles): boolean {
  if (viewerRoles === null) return false;
  return rule.kind === 'owner' || rule.roles === null || rule.roles.some((role) => viewerRoles.includes(role));
}

/** The types that can be met from the roots: an input or an enum that no shown field speaks of is not shown. */
function typesInUse(
  schema: GraphQLSchema,
  fields: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<GraphQLNamedType> {
  const used = new Set<GraphQLNamedType>();
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  const pending: GraphQLNamedType[] = roots.filter((type) => type != null);
  for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
    if (used.has(type) || !isOfUse(schema, fields, type)) continue;
    used.add(type);
    pending.push(...namedBy(type, fields));
    // A type may be met as a member of its interface, named nowhere else.
    if (isAbstractType(type)) pending.push(...schema.getPossibleTypes(type));
  }
  return used;
}

/** The types that the shown parts of a type name: its fields, their arguments, and its interfaces. */
function namedBy(type: GraphQLNamedType, fields: ReadonlyMap<string, readonly string[]>): readonly GraphQLNamedType[] {
  if (isInputObjectType(type)) return Object.values(type.getFields()).map((field) => getNamedType(field.type));
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

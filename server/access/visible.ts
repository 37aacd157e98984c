import {
  type DefinitionNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  isAbstractType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  type OperationTypeDefinitionNode,
  OperationTypeNode,
  parse,
  printSchema,
  type TypeNode,
  visit,
} from 'graphql';
import type { Policy } from './policy.ts';
import type { ClosingRule } from './rule.ts';

/** The roles that a caller holds, of those that the schema speaks of; null without a token. */
export type Held = readonly string[] | null;

/** What is left of the schema for an audience, taken away until nothing refers to what is gone. */
export function shownDefinitions(policy: Policy, held: Held): readonly DefinitionNode[] {
  const all = parse(printSchema(policy.schema), { noLocation: true }).definitions;
  let definitions = all.filter(({ kind }) => kind !== Kind.DIRECTIVE_DEFINITION && kind !== Kind.SCHEMA_DEFINITION);
  for (let before = Number.NaN; before !== weight(definitions); ) {
    before = weight(definitions);
    const shown = new Set(definitions.map(nameOf));
    definitions = definitions.flatMap((definition) => narrowed(policy, held, definition, shown) ?? []);
  }
  const used = namesInUse(policy.schema, definitions);
  return [rootsIn(policy.schema, used), ...definitions.filter((definition) => used.has(nameOf(definition)))];
}

/** Which of the types are roots is said, not told by their names: any type may be called "Mutation". */
function rootsIn(schema: GraphQLSchema, used: ReadonlySet<string>): DefinitionNode {
  const operationTypes = Object.values(OperationTypeNode).flatMap(
    (operation): readonly OperationTypeDefinitionNode[] => {
      const type = schema.getRootType(operation);
      if (!type || !used.has(type.name)) return [];
      const named = { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: type.name } } as const;
      return [{ kind: Kind.OPERATION_TYPE_DEFINITION, operation, type: named }];
    },
  );
  return { kind: Kind.SCHEMA_DEFINITION, operationTypes };
}

/** A definition without the fields and members that this audience cannot use; null when nothing is left of it. */
function narrowed(
  policy: Policy,
  held: Held,
  definition: DefinitionNode,
  shown: ReadonlySet<string>,
): DefinitionNode | null {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const name = definition.name.value;
      const fields = definition.fields?.filter((field) => isShown(policy, held, name, field, shown)) ?? [];
      const interfaces = definition.interfaces?.filter((parent) => shown.has(parent.name.value)) ?? [];
      // A schema has a query type, be there nothing in it for this audience.
      const isNeeded = fields.length > 0 || name === policy.schema.getQueryType()?.name;
      return isNeeded ? { ...definition, fields, interfaces } : null;
    }
    case Kind.UNION_TYPE_DEFINITION: {
      const types = definition.types?.filter((member) => shown.has(member.name.value)) ?? [];
      return types.length > 0 ? { ...definition, types } : null;
    }
    default:
      return definition;
  }
}

function isShown(
  policy: Policy,
  held: Held,
  type: string,
  field: FieldDefinitionNode,
  shown: ReadonlySet<string>,
): boolean {
  if (!shown.has(namedType(field.type)) && !isBuiltIn(policy.schema, namedType(field.type))) return false;
  return rulesFor(policy, type, field.name.value).every((rule) => couldPass(rule, held));
}

/** What has to hold for a field; for an interface's, on every type that the interface can be. */
export function rulesFor(policy: Policy, typeName: string, field: string): readonly ClosingRule[] {
  const type = policy.schema.getType(typeName);
  if (!isAbstractType(type)) return policy.requirement(typeName, field);
  return policy.schema.getPossibleTypes(type).flatMap((member) => policy.requirement(member.name, field));
}

function couldPass(rule: ClosingRule, held: Held): boolean {
  if (held === null) return false;
  return rule.kind === 'owner' || rule.roles === null || rule.roles.some((role) => held.includes(role));
}

/** The types that can be met from the roots: an input or an enum that no shown field speaks of is not shown. */
function namesInUse(schema: GraphQLSchema, definitions: readonly DefinitionNode[]): ReadonlySet<string> {
  const byName = new Map(definitions.map((definition) => [nameOf(definition), definition]));
  const used = new Set<string>();
  const waiting = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((type) =>
    type && byName.has(type.name) ? [type.name] : [],
  );
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const definition = byName.get(name);
    if (used.has(name) || definition === undefined) continue;
    used.add(name);
    waiting.push(...namesIn(definition));
    // A type may be met as a member of its interface, named nowhere else.
    const type = schema.getType(name);
    if (isAbstractType(type)) waiting.push(...schema.getPossibleTypes(type).map((member) => member.name));
  }
  return used;
}

function namesIn(definition: DefinitionNode): readonly string[] {
  const names: string[] = [];
  visit(definition, {
    NamedType(node) {
      names.push(node.name.value);
    },
  });
  return names;
}

function weight(definitions: readonly DefinitionNode[]): number {
  const members = definitions.map((definition) => namesIn(definition).length);
  return definitions.length + members.reduce((sum, count) => sum + count, 0);
}

function nameOf(definition: DefinitionNode): string {
  return 'name' in definition && definition.name ? definition.name.value : '';
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function isBuiltIn(schema: GraphQLSchema, name: string): boolean {
  const type = schema.getType(name);
  return isScalarType(type) && isSpecifiedScalarType(type);
}

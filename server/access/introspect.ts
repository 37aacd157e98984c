import {
  buildASTSchema,
  type DefinitionNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  isAbstractType,
  isObjectType,
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
import { copyBehaviour } from './behaviour.ts';
import { describedWith } from './describe.ts';
import type { Policy } from './policy.ts';
import type { ClosingRule } from './rule.ts';
import type { AccessViewer } from './viewer.ts';

/** The schema as one audience may use it. */
export type SchemaFor = (viewer: AccessViewer | null) => GraphQLSchema;

/**
 * Makes, for each audience, the schema that introspection shows it: without a token what is public, with one what the
 * caller's roles may use. Each is built when it is first asked for. Conditions that a caller can come to meet, such as
 * a newer sign-in, hide nothing. What is hidden is not secret: a refusal tells that the field is there.
 */
export function createIntrospection(policy: Policy): SchemaFor {
  const roles = rolesOf(policy);
  const built = new Map<string, GraphQLSchema>();
  return (viewer) => {
    // Of the viewer's roles only those that the schema speaks of: what a token says cannot fill the memory.
    const held = viewer === null ? null : roles.filter((role) => viewer.roles.includes(role));
    const audience = held === null ? 'anonymous' : held.join(' ');
    const known = built.get(audience);
    if (known !== undefined) return known;
    const schema = schemaFor(policy, held);
    built.set(audience, schema);
    return schema;
  };
}

type Held = readonly string[] | null;

function schemaFor(policy: Policy, held: Held): GraphQLSchema {
  const shown = shownDefinitions(policy, held);
  const definitions = shown.map((definition) => described(policy, definition));
  const schema = buildASTSchema({ kind: Kind.DOCUMENT, definitions }, { assumeValid: true });
  copyBehaviour(policy.schema, schema);
  return schema;
}

/** What is left of the schema for an audience, taken away until nothing refers to what is gone. */
function shownDefinitions(policy: Policy, held: Held): readonly DefinitionNode[] {
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
function rulesFor(policy: Policy, typeName: string, field: string): readonly ClosingRule[] {
  const type = policy.schema.getType(typeName);
  if (!isAbstractType(type)) return policy.requirement(typeName, field);
  return policy.schema.getPossibleTypes(type).flatMap((member) => policy.requirement(member.name, field));
}

function couldPass(rule: ClosingRule, held: Held): boolean {
  if (held === null) return false;
  return rule.kind === 'owner' || rule.roles === null || rule.roles.some((role) => held.includes(role));
}

function described(policy: Policy, definition: DefinitionNode): DefinitionNode {
  switch (definition.kind) {
    case Kind.OBJECT_TYPE_DEFINITION:
    case Kind.INTERFACE_TYPE_DEFINITION: {
      const type = definition.name.value;
      const fields = definition.fields?.map((field) => {
        const at = `${type}.${field.name.value}`;
        const args =
          field.arguments?.map((argument) => withOwner(policy, `${at}(${argument.name.value}:)`, argument)) ?? [];
        return { ...withAccess(field, rulesFor(policy, type, field.name.value)), arguments: args };
      });
      return { ...definition, ...(fields && { fields }) };
    }
    case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
      const type = definition.name.value;
      const fields = definition.fields?.map((field) => withOwner(policy, `${type}.${field.name.value}`, field));
      return { ...definition, ...(fields && { fields }) };
    }
    default:
      return definition;
  }
}

function withOwner(policy: Policy, coordinate: string, node: InputValueDefinitionNode): InputValueDefinitionNode {
  const rule = policy.ownerRuleOn(coordinate);
  return rule === null ? node : withAccess(node, [rule]);
}

function withAccess<N extends FieldDefinitionNode | InputValueDefinitionNode>(
  node: N,
  rules: readonly ClosingRule[],
): N {
  const value = describedWith(node.description?.value, rules);
  return value === undefined ? node : { ...node, description: { kind: Kind.STRING, value, block: true } };
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

function rolesOf(policy: Policy): readonly string[] {
  const roles = new Set<string>();
  for (const type of Object.values(policy.schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue;
    for (const field of Object.keys(type.getFields()))
      for (const rule of policy.requirement(type.name, field))
        if (rule.kind === 'auth') for (const role of rule.roles ?? []) roles.add(role);
  }
  return [...roles].toSorted();
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

import {
  buildASTSchema,
  type DefinitionNode,
  type FieldDefinitionNode,
  type GraphQLSchema,
  type InputValueDefinitionNode,
  isObjectType,
  Kind,
} from 'graphql';
import { copyBehaviour } from './behaviour.ts';
import { describedWith } from './describe.ts';
import type { Policy } from './policy.ts';
import type { ClosingRule } from './rule.ts';
import type { AccessViewer } from './viewer.ts';
import { type Held, rulesFor, shownDefinitions } from './visible.ts';

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

function schemaFor(policy: Policy, held: Held): GraphQLSchema {
  const shown = shownDefinitions(policy, held);
  const definitions = shown.map((definition) => described(policy, definition));
  const schema = buildASTSchema({ kind: Kind.DOCUMENT, definitions }, { assumeValid: true });
  copyBehaviour(policy.schema, schema);
  return schema;
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

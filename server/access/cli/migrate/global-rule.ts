import type { DocumentNode, InputObjectTypeDefinitionNode, InputValueDefinitionNode } from 'graphql';
import { stringsOf } from './argument-values.ts';
import type { Condition } from './condition.ts';
import type { FieldsNode, MigrationOptions } from './migration.ts';

/** Amplify's `input AMPLIFY { globalAuthRule: AuthRule = { allow: public } }`. */
export interface GlobalRule {
  /** What is removed: the field, or the input object if it has no other one. */
  readonly node: InputObjectTypeDefinitionNode | InputValueDefinitionNode;
  readonly condition: Condition;
  readonly text: string;
}

/** Returns the rule of the models that have none of their own; null if the files set none. */
export function globalRuleIn(documents: readonly DocumentNode[], options: MigrationOptions): GlobalRule | null {
  for (const { definitions } of documents)
    for (const node of definitions) {
      if (node.kind !== 'InputObjectTypeDefinition' || node.name.value !== 'AMPLIFY') continue;
      const field = node.fields?.find(({ name }) => name.value === 'globalAuthRule');
      if (field === undefined) continue;
      return { node: node.fields?.length === 1 ? node : field, ...conditionOf(field, options) };
    }
  return null;
}

function conditionOf({ defaultValue }: InputValueDefinitionNode, { publicIsEveryone }: MigrationOptions) {
  const fields = defaultValue?.kind === 'ObjectValue' ? defaultValue.fields : [];
  const isPublic =
    fields.length === 1 &&
    fields.every(({ name, value }) => name.value === 'allow' && stringsOf(value)?.[0] === 'public');
  const text = isPublic ? 'globalAuthRule: { allow: public }' : 'globalAuthRule';
  const why = isPublic
    ? 'an API key was required. If that is published, so that everyone has it, write --public-is-everyone'
    : 'Amplify accepts { allow: public } only';
  const condition: Condition =
    isPublic && publicIsEveryone ? { kind: 'everyone' } : { kind: 'unknown', why: `${text}: ${why}` };
  return { text, condition };
}

/** Whether the global rule is that of a type, by its definition and extensions: a model without `@auth`. */
export function hasGlobalRule(nodes: readonly FieldsNode[]): boolean {
  const names = nodes.flatMap(({ directives = [] }) => directives.map(({ name }) => name.value));
  return names.includes('model') && !names.includes('auth');
}

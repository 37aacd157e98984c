import type { ObjectValueNode } from 'graphql';
import { argumentsOf } from './argument-values.ts';
import type { FieldsNode } from './migration.ts';

const GENERATED = [
  ['queries', 'get', 'Query'],
  ['queries', 'list', 'Query'],
  ['mutations', 'create', 'Mutation'],
  ['mutations', 'update', 'Mutation'],
  ['mutations', 'delete', 'Mutation'],
] as const;

/** Returns the root fields that Amplify generated for a model: those that `@model` does not rename or turn off with null. */
export function generatedFields({ directives = [], name }: FieldsNode): readonly string[] {
  const model = directives.find((directive) => directive.name.value === 'model');
  if (model === undefined) return [];
  const args = argumentsOf(model);
  return GENERATED.flatMap(([argument, operation, root]) => {
    const value = args.get(argument);
    if (value === undefined) return [`${root}.${defaultName(operation, name.value)}`];
    const renamed = value.kind === 'ObjectValue' ? nameIn(value, operation) : null;
    return renamed === null ? [] : [`${root}.${renamed}`];
  });
}

function defaultName(operation: string, type: string): string {
  if (operation !== 'list') return `${operation}${type}`;
  // Regular plurals; Amplify's library knows more of them.
  if (/[^aeiou]y$/i.test(type)) return `list${type.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/i.test(type) ? `list${type}es` : `list${type}s`;
}

/** Returns the name that an argument of `@model` gives an operation; null if it leaves the operation out. */
function nameIn({ fields }: ObjectValueNode, operation: string): string | null {
  const value = fields.find(({ name }) => name.value === operation)?.value;
  return value?.kind === 'StringValue' ? value.value : null;
}

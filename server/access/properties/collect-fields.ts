import type { DocumentNode, FieldNode, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { namedTypeIn, type SchemaSpec, type TypeSpec } from './schema-spec.ts';

/** The input of a walk through an operation. */
export interface OperationWalk {
  readonly spec: SchemaSpec;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Returns a type by name. */
export function typeNamed({ types }: SchemaSpec, name: string): TypeSpec {
  const found = types.find((type) => type.name === name);
  if (found === undefined) throw new Error(`The schema has no type ${name}.`);
  return found;
}

/** Returns the possible object types of a type; none for a scalar. */
export function objectTypesOf({ types, unions }: SchemaSpec, written: string): readonly TypeSpec[] {
  const name = namedTypeIn(written);
  const members = unions.find((union) => union.name === name)?.members ?? [];
  return types.filter(
    (type) =>
      type.kind === 'type' && (type.name === name || type.interfaces.includes(name) || members.includes(type.name)),
  );
}

/** Returns the field nodes that run on an object of this type, unmerged and in document order. */
export function fieldsOn(walk: OperationWalk, type: TypeSpec, { selections }: SelectionSetNode): readonly FieldNode[] {
  return selections.flatMap((selection): readonly FieldNode[] => {
    for (const { name, arguments: args } of selection.directives ?? []) {
      const condition = args?.find((argument) => argument.name.value === 'if')?.value;
      const value =
        condition?.kind === 'Variable'
          ? variable(walk, condition.name.value)
          : condition?.kind === 'BooleanValue' && condition.value;
      if (typeof value === 'boolean' && value === (name.value === 'skip')) return [];
    }
    if (selection.kind === 'Field') return [selection];
    const fragment =
      selection.kind === 'InlineFragment'
        ? selection
        : walk.document.definitions.find(
            (node) => node.kind === 'FragmentDefinition' && node.name.value === selection.name.value,
          );
    if (fragment === undefined || !('selectionSet' in fragment))
      throw new Error('The document does not define the fragment.');
    const condition = 'typeCondition' in fragment ? fragment.typeCondition?.name.value : undefined;
    if (condition !== undefined && !objectTypesOf(walk.spec, condition).includes(type)) return [];
    return fieldsOn(walk, type, fragment.selectionSet);
  });
}

function variable({ operation, variables }: OperationWalk, name: string): unknown {
  if (Object.hasOwn(variables, name)) return variables[name];
  const defaultValue = operation.variableDefinitions?.find((node) => node.variable.name.value === name)?.defaultValue;
  return defaultValue?.kind === 'BooleanValue' ? defaultValue.value : undefined;
}

import type { DocumentNode, FieldNode, OperationDefinitionNode, SelectionSetNode } from 'graphql';
import { namedTypeIn, type SchemaSpec, type TypeSpec } from './schema-spec.ts';

/** What a walk through an operation needs to know. */
export interface OperationWalk {
  readonly spec: SchemaSpec;
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** A type of the schema, by its name. */
export function typeNamed({ types }: SchemaSpec, name: string): TypeSpec {
  const found = types.find((type) => type.name === name);
  if (found === undefined) throw new Error(`The schema has no type ${name}.`);
  return found;
}

/** The object types that a value of this type can be; none for a scalar. */
export function objectTypesOf({ types, unions }: SchemaSpec, written: string): readonly TypeSpec[] {
  const name = namedTypeIn(written);
  const members = unions.find((union) => union.name === name)?.members ?? [];
  return types.filter(
    (type) =>
      type.kind === 'type' && (type.name === name || type.interfaces.includes(name) || members.includes(type.name)),
  );
}

/** The fields that run on an object of this type, one by one as they are written. */
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
    if (fragment === undefined || !('selectionSet' in fragment)) throw new Error('A fragment is missing.');
    const condition = 'typeCondition' in fragment ? fragment.typeCondition?.name.value : undefined;
    if (condition !== undefined && !objectTypesOf(walk.spec, condition).includes(type)) return [];
    return fieldsOn(walk, type, fragment.selectionSet);
  });
}

function variable({ operation, variables }: OperationWalk, name: string): unknown {
  if (Object.hasOwn(variables, name)) return variables[name];
  const byDefault = operation.variableDefinitions?.find((node) => node.variable.name.value === name)?.defaultValue;
  return byDefault?.kind === 'BooleanValue' ? byDefault.value : undefined;
}

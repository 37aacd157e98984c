import {
  type ASTNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';

/** Keys of properties and indices of lists from an AST node to one below it, as `visit` passes them. */
export type NodeKeys = readonly (string | number)[];

/**
 * Returns the path of a value in the arguments of its field, such as `['input', 'title']`: the names of the argument and
 * of input fields, and indices of lists.
 * @param root the node in which `keys` begin
 */
export function argumentPath(root: ASTNode, keys: NodeKeys): readonly string[] {
  const names: string[] = [];
  let node: unknown = root;
  for (const [index, key] of keys.entries()) {
    node = (node as Readonly<Record<string | number, unknown>>)[key];
    const { kind, name } = node as { readonly kind?: Kind; readonly name?: { readonly value: string } };
    if (name !== undefined && (kind === Kind.ARGUMENT || kind === Kind.OBJECT_FIELD)) names.push(name.value);
    else if (keys[index - 1] === 'values') names.push(String(key));
  }
  return names;
}

/**
 * Returns where an operation first uses each of its variables, as a path in the arguments of the field: clients know the
 * argument, whatever the variable is called. One pass for all: a document can have many variables and many errors.
 */
export function variablePaths(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ReadonlyMap<string, readonly string[]> {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  const paths = new Map<string, readonly string[]>();

  const search = (root: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(root, {
      VariableDefinition: () => false,
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        fragments.delete(name.value);
        if (fragment !== undefined) search(fragment);
      },
      Variable({ name }, _key, _parent, keys) {
        if (!paths.has(name.value)) paths.set(name.value, argumentPath(root, keys));
      },
    });
  };
  search(operation);
  return paths;
}

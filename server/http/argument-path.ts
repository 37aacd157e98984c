import {
  type ASTNode,
  BREAK,
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
 * Returns where an operation first uses a variable, as a path in the arguments of the field: clients know the argument,
 * whatever the variable is called. Empty if the operation does not use it; validation rejects such a document.
 */
export function variablePath(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variable: string,
): readonly string[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  let found: readonly string[] = [];

  const search = (root: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(root, {
      VariableDefinition: () => false,
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        fragments.delete(name.value);
        if (fragment !== undefined) search(fragment);
        return found.length > 0 ? BREAK : undefined;
      },
      Variable(node, _key, _parent, keys) {
        if (node.name.value !== variable) return undefined;
        found = argumentPath(root, keys);
        return BREAK;
      },
    });
  };
  search(operation);
  return found;
}

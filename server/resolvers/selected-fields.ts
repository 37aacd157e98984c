import {
  type FieldNode,
  getDirectiveValues,
  GraphQLIncludeDirective,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/** The parts of `GraphQLResolveInfo` that decide which subfields run. */
type Info = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

/**
 * Returns the names of the fields that are selected on a field's value, or, with `paths`, on the values at the ends of
 * these paths below it. It resolves aliases, fragments, `@skip` and `@include`. Fragments of every type condition count:
 * a superfluous name selects a column too many, a missing one would return null for a value that exists.
 */
export function selectedFieldNames(info: Info, ...paths: readonly (readonly string[])[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const path of paths.length === 0 ? [[]] : paths) {
    let nodes: readonly FieldNode[] = info.fieldNodes;
    for (const name of path) nodes = subfields(nodes, info).filter((node) => node.name.value === name);
    for (const node of subfields(nodes, info)) names.add(node.name.value);
  }
  return names;
}

/** Returns the fields directly below `nodes` that will run. */
function subfields(nodes: readonly FieldNode[], info: Info): FieldNode[] {
  const fields: FieldNode[] = [];
  const visited = new Set<string>();
  const collect = ({ selections }: SelectionSetNode) => {
    for (const selection of selections) {
      if (!isIncluded(selection, info)) continue;
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else if (!visited.has(selection.name.value)) {
        // Once each: a fragment that is spread thousands of times costs as much as one spread.
        visited.add(selection.name.value);
        const fragment = info.fragments[selection.name.value];
        if (fragment) collect(fragment.selectionSet);
      }
    }
  };
  for (const { selectionSet } of nodes) if (selectionSet) collect(selectionSet);
  return fields;
}

function isIncluded(selection: SelectionNode, { variableValues }: Info): boolean {
  return (
    getDirectiveValues(GraphQLSkipDirective, selection, variableValues)?.['if'] !== true &&
    getDirectiveValues(GraphQLIncludeDirective, selection, variableValues)?.['if'] !== false
  );
}

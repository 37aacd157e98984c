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

/** What of an operation decides which of its fields run. */
type Info = Pick<GraphQLResolveInfo, 'fieldNodes' | 'fragments' | 'variableValues'>;

/**
 * The names of the fields that are asked for of a field's value, or of what lies at the end of any of these paths
 * below it. Aliases, fragments and `@skip`/`@include` are seen through. Fragments count whatever their type: a name
 * too many costs a column, one too few would lose an answer.
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

/** The fields that stand directly below these and will run. */
function subfields(nodes: readonly FieldNode[], info: Info): FieldNode[] {
  const fields: FieldNode[] = [];
  const visited = new Set<string>();
  const collect = ({ selections }: SelectionSetNode) => {
    for (const selection of selections) {
      if (!isIncluded(selection, info)) continue;
      if (selection.kind === Kind.FIELD) fields.push(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) collect(selection.selectionSet);
      else if (!visited.has(selection.name.value)) {
        // Once is enough, and fragments that are spread a thousand times cost no more than one.
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

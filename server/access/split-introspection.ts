import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { fragmentsOf } from './fragments.ts';

/** A document without its introspection fields, and where they stood. */
export interface SplitDocument {
  /** Each `__schema` and `__type` is a placeholder: `__typename`, under a response key of its own. */
  readonly document: DocumentNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The selection sets of `document` that hold a placeholder, at whatever depth. */
  readonly holders: ReadonlySet<SelectionSetNode>;
  /** Returns the field that a response key holds the place of; undefined for any other response key. */
  fieldBehind(responseKey: string): FieldNode | undefined;
}

/**
 * Returns a document with its introspection fields replaced by placeholders, and null for a document that has none.
 *
 * The placeholder keeps the conditions of the field, so that it stands in a result exactly where execution, with the
 * fragments and conditions around it, would have put the field: on an object of the query type. Each field has a
 * placeholder of its own, so that fields which merge under one response key can be told apart.
 */
export function splitIntrospection(document: DocumentNode): SplitDocument | null {
  const fields: FieldNode[] = [];
  const prefix = unusedPrefix(document);
  const rewritten = visit(document, {
    Field(node) {
      if (node.name.value !== '__schema' && node.name.value !== '__type') return undefined;
      const { arguments: _arguments, selectionSet: _selectionSet, ...rest } = node;
      fields.push(node);
      return {
        ...rest,
        alias: { kind: Kind.NAME, value: `${prefix}${fields.length - 1}` },
        name: { kind: Kind.NAME, value: '__typename' },
      } satisfies FieldNode;
    },
  });
  if (fields.length === 0) return null;
  const fragments = fragmentsOf(rewritten);
  const fieldBehind = (responseKey: string) =>
    responseKey.startsWith(prefix) ? fields[Number(responseKey.slice(prefix.length))] : undefined;
  return { document: rewritten, fragments, holders: holdersIn(rewritten, fragments, fieldBehind), fieldBehind };
}

/** A beginning that no name of the document has. */
function unusedPrefix(document: DocumentNode): string {
  let prefix = '__introspection';
  visit(document, {
    Name({ value }) {
      while (value.startsWith(prefix)) prefix += '_';
    },
  });
  return prefix;
}

function holdersIn(
  document: DocumentNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  fieldBehind: SplitDocument['fieldBehind'],
): ReadonlySet<SelectionSetNode> {
  const holders = new Set<SelectionSetNode>();
  // Each selection set is entered once: fragments may double each other.
  const entered = new Set<SelectionSetNode>();
  for (const definition of document.definitions) if ('selectionSet' in definition) enter(definition.selectionSet);
  return holders;

  function enter(selectionSet: SelectionSetNode): boolean {
    if (entered.has(selectionSet)) return holders.has(selectionSet);
    entered.add(selectionSet);
    for (const selection of selectionSet.selections) if (holds(selection)) holders.add(selectionSet);
    return holders.has(selectionSet);
  }

  function holds(selection: SelectionNode): boolean {
    if (selection.kind === Kind.FIELD && fieldBehind(selection.alias?.value ?? '') !== undefined) return true;
    const below =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? fragments.get(selection.name.value)?.selectionSet
        : selection.selectionSet;
    return below !== undefined && enter(below);
  }
}

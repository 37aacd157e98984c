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

/** A document whose introspection fields are replaced by placeholders. */
export interface SplitDocument {
  /** Each `__schema` and `__type` is replaced by `__typename` under a unique response key. */
  readonly document: DocumentNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The selection sets of `document` that contain a placeholder at any depth. */
  readonly holders: ReadonlySet<SelectionSetNode>;
  /** Returns the introspection field that the placeholder with this response key replaces; undefined for other keys. */
  fieldBehind(responseKey: string): FieldNode | undefined;
}

/**
 * Replaces the introspection fields of a document by placeholders; returns null if it has none.
 *
 * A placeholder keeps the field's directives, so that execution, with the enclosing fragments and conditions, puts it
 * in the result exactly where the field would be. Each field has a separate placeholder, so that fields that merge
 * under one response key can be distinguished.
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

/** Returns a prefix of no name in the document. */
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
  // Each selection set is entered once: expanding nested fragment spreads can take exponential time.
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

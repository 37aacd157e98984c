import type {
  FieldDefinitionNode,
  InterfaceTypeDefinitionNode,
  InterfaceTypeExtensionNode,
  ObjectTypeDefinitionNode,
  ObjectTypeExtensionNode,
} from 'graphql';

/** A replacement of the text between two offsets of a file; `start` equals `end` for an insertion. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A type or a field, on which a directive can be written. */
export type Annotatable =
  | FieldDefinitionNode
  | ObjectTypeDefinitionNode
  | ObjectTypeExtensionNode
  | InterfaceTypeDefinitionNode
  | InterfaceTypeExtensionNode;

/** Returns the edit that appends directives to a type or a field. */
export function appendDirectives(node: Annotatable, text: string): Edit {
  const lastDirective = node.directives?.at(-1);
  const before =
    lastDirective ?? (node.kind === 'FieldDefinition' ? node.type : (node.interfaces?.at(-1) ?? node.name));
  const { end } = spanOf(before);
  return { start: end, end, text: ` ${text}` };
}

/** Returns the offsets of a node in its file. */
export function spanOf({ loc }: { readonly loc?: { readonly start: number; readonly end: number } | undefined }) {
  if (!loc) throw new Error('The node was parsed without its location.');
  return { start: loc.start, end: loc.end };
}

/** Applies edits that do not overlap. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let result = '';
  let position = 0;
  for (const { start, end, text: replacement } of edits.toSorted((one, other) => one.start - other.start)) {
    if (start < position) throw new Error('Two edits overlap.');
    result += text.slice(position, start) + replacement;
    position = end;
  }
  return result + text.slice(position);
}

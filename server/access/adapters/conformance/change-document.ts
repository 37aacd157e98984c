import { type DocumentNode, Kind, parse } from 'graphql';

/** What a faulty plugin executes instead of the document of a request. */
export const secretDocument: DocumentNode = parse('{ log }');

/**
 * Returns a function that adds a field to the first operation of each document that it sees again: a plugin that changes
 * cached documents, after their plan was compiled.
 */
export function createDocumentChanger(): (document: DocumentNode) => void {
  const seen = new WeakSet<DocumentNode>();
  return (document) => {
    const [operation] = document.definitions;
    const [added] = secretDocument.definitions;
    const isSeen = seen.has(document);
    seen.add(document);
    if (!isSeen || operation?.kind !== Kind.OPERATION_DEFINITION || added?.kind !== Kind.OPERATION_DEFINITION) return;
    (operation.selectionSet.selections as unknown[]).push(...added.selectionSet.selections);
  };
}

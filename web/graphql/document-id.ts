import type { DocumentNode } from 'graphql';

/**
 * Returns the id of a document that the generated code contains, by which the API knows its text (GraphQL over HTTP,
 * appendix "Persisted Documents"); undefined for any other document, whose text must be sent.
 */
export function documentId(document: DocumentNode): string | undefined {
  const { __meta__: meta } = document as { readonly __meta__?: { readonly hash?: unknown } };
  return typeof meta?.hash === 'string' ? meta.hash : undefined;
}

import { type DocumentNode, parse } from 'graphql';
import { type DocumentManifest, hashIn, ManifestError } from '../document-manifest.ts';

/** The documents that clients may name by their id. */
export interface TrustedDocuments {
  /** Returns the text of a document; undefined for an unknown id. */
  textOf(id: string): string | undefined;
  /** Returns the parsed document with a SHA-256 hash; undefined if it is not trusted. */
  documentOf(hash: string): DocumentNode | undefined;
}

/**
 * Parses the documents of a manifest, once for the life of the process: they are neither evicted nor parsed again.
 * @throws {ManifestError} if a text is not a GraphQL document
 */
export function createTrustedDocuments(manifest: DocumentManifest): TrustedDocuments {
  const texts = new Map(Object.entries(manifest));
  const documents = new Map<string, DocumentNode>();
  for (const [id, text] of texts)
    try {
      documents.set(hashIn(id), parse(text));
    } catch (error) {
      throw new ManifestError(`The trusted document ${id} is not valid GraphQL: ${(error as Error).message}`);
    }
  return { textOf: (id) => texts.get(id), documentOf: (hash) => documents.get(hash) };
}

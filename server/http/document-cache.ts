import type { DocumentStore } from '@apollo/server';
import type { DocumentNode } from 'graphql';

/** How much is kept; all in characters of the documents' text. */
export interface DocumentCacheOptions {
  /** Whether a document is worth keeping: whoever is refused must not push out who is served. */
  isValid(document: DocumentNode): boolean;
  /** Of all documents together; 250,000 unless said otherwise. */
  readonly maxCharacters?: number;
  /** Of one document; 10,000 unless said otherwise. What is longer is parsed each time. */
  readonly maxDocumentLength?: number;
}

/**
 * Parsed documents, for Apollo to find again.
 *
 * Apollo's own store keeps every document that could be parsed, and weighs it without its text and its tokens: 75,000
 * documents of a hundred bytes with a comment of 99 kB are within its 30 MB. A parsed document is up to 250 bytes a
 * character (measured over fields, arguments, values, comments and names), so that these are 60 MB at worst.
 */
export function createDocumentCache({
  isValid,
  maxCharacters = 250_000,
  maxDocumentLength = 10_000,
}: DocumentCacheOptions): DocumentStore {
  // A Map goes through its entries in the order in which they were set: the first is the one to give way.
  const documents = new Map<string, DocumentNode>();
  let characters = 0;

  function remove(key: string): boolean {
    const document = documents.get(key);
    if (document === undefined) return false;
    characters -= lengthOf(document);
    return documents.delete(key);
  }

  return {
    async get(key) {
      const document = documents.get(key);
      if (document === undefined) return undefined;
      documents.delete(key);
      documents.set(key, document);
      return document;
    },
    async set(key, document) {
      remove(key);
      const length = lengthOf(document);
      if (length > maxDocumentLength || !isValid(document)) return;
      documents.set(key, document);
      characters += length;
      for (const oldest of documents.keys()) {
        if (characters <= maxCharacters) break;
        remove(oldest);
      }
    },
    delete: async (key) => remove(key),
  };
}

/** A document that does not say where it came from has no text that could be measured. */
function lengthOf({ loc }: DocumentNode): number {
  return loc?.source.body.length ?? Number.POSITIVE_INFINITY;
}

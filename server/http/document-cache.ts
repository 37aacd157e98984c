import type { DocumentStore } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** The limits of the cache, in characters of the documents' text. */
export interface DocumentCacheOptions {
  /** Whether to keep a document: invalid documents must not evict valid ones. */
  isValid(document: DocumentNode): boolean;
  /** Of all documents; default 250,000. */
  readonly maxCharacters?: number;
  /** Of one document; default 10,000. A longer document is parsed for each request. */
  readonly maxDocumentLength?: number;
}

/**
 * Creates an LRU cache of parsed documents for Apollo.
 *
 * Apollo's own store keeps every document that parses, and measures it without its text and tokens: 75,000 documents of a
 * hundred bytes with a comment of 99 kB fit into its 30 MB. A parsed document takes up to 250 bytes a character (measured
 * over fields, arguments, values, comments and names), so this cache takes at most about 60 MB.
 */
export function createDocumentCache({
  isValid,
  maxCharacters = 250_000,
  maxDocumentLength = 10_000,
}: DocumentCacheOptions): DocumentStore {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: maxCharacters,
    maxEntrySize: Math.min(maxDocumentLength, maxCharacters),
    sizeCalculation: lengthOf,
  });
  return {
    get: async (key) => documents.get(key),
    async set(key, document) {
      if (lengthOf(document) <= maxDocumentLength && isValid(document)) documents.set(key, document);
      else documents.delete(key);
    },
    delete: async (key) => documents.delete(key),
  };
}

/** Returns the length of a document's text; Infinity for a document without its source, which cannot be measured. */
function lengthOf({ loc }: DocumentNode): number {
  return loc?.source.body.length ?? Number.POSITIVE_INFINITY;
}

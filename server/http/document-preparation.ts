import type { DocumentStore } from '@apollo/server';
import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { Overloaded, WaitAborted } from '../../runtime/keyed-semaphore.ts';
import type { Deadline } from '../context.ts';
import { withoutStack } from '../access/index.ts';
import { httpExtension, requestError } from '../errors.ts';
import type { RequestDocument } from './request-document.ts';
import type { TrustedDocuments } from './trusted-documents.ts';
import type { WorkScheduler } from './work-scheduler.ts';

/** Options of `createDocumentPreparation`. */
export interface DocumentPreparationOptions {
  /** Returns the errors of a document, cached for as long as the document lives. */
  errorsOf(document: DocumentNode): readonly GraphQLError[];
  /** The cache of valid documents. */
  readonly cache: DocumentStore;
  readonly trusted: TrustedDocuments;
  /** Tokens of a document; the parser stops at the limit. */
  readonly maxTokens: number;
  /** Parses new documents, and protects the requests of known ones from them. */
  readonly scheduler: WorkScheduler;
}

/** Parses and validates documents before Apollo asks for them. */
export interface DocumentPreparation {
  /**
   * Parses a document, which is then available in `store` until `release` is called. A trusted or cached document is
   * available at once; a new one waits for its client's turn.
   * @param clientOf returns the client's network, the unit of turns
   * @throws {GraphQLError} if the document is not valid GraphQL, or its turn did not come
   */
  prepare(document: RequestDocument, clientOf: () => string, deadline: Deadline): Promise<PreparedDocument>;
  /** What Apollo reads documents from, by their hash. */
  readonly store: DocumentStore;
}

/** A parsed document. */
export interface PreparedDocument {
  readonly document: DocumentNode;
  release(): void;
}

interface Prepared {
  readonly document: DocumentNode;
  /** The requests that use it. */
  users: number;
}

/**
 * Creates the stage that parses and validates documents. Apollo would parse all documents that arrive at once in one turn
 * of the event loop; here the clients take turns (`work-scheduler.ts`). Trusted and cached documents do not wait.
 */
export function createDocumentPreparation({
  errorsOf,
  cache,
  trusted,
  maxTokens,
  scheduler,
}: DocumentPreparationOptions): DocumentPreparation {
  const prepared = new Map<string, Prepared>();

  const known = async (hash: string) =>
    trusted.documentOf(hash) ?? prepared.get(hash)?.document ?? (await cache.get(hash));

  function parseAndValidate(text: string, hash: string): DocumentNode {
    // Another request may have brought the same document while this one waited.
    const document = prepared.get(hash)?.document ?? parseDocument(text, maxTokens);
    errorsOf(document);
    void cache.set(hash, document);
    return document;
  }

  return {
    async prepare({ text, hash }, clientOf, deadline) {
      const knownDocument = await known(hash);
      const unprotect = knownDocument && scheduler.protect();
      const document =
        knownDocument ??
        (await scheduler
          .schedule(clientOf(), () => parseAndValidate(text, hash), deadline)
          .catch((error: unknown) => {
            throw turnError(error);
          }));
      const entry = prepared.get(hash) ?? { document, users: 0 };
      entry.users += 1;
      prepared.set(hash, entry);
      return {
        document,
        release() {
          unprotect?.();
          entry.users -= 1;
          if (entry.users === 0) prepared.delete(hash);
        },
      };
    },
    store: {
      get: (key) => known(hashIn(key)),
      set: (key, document) => cache.set(hashIn(key), document),
      delete: (key) => cache.delete(hashIn(key)),
    },
  };
}

/** Apollo puts a hash of the schema before that of the document: a store may be shared by servers, and this one is not. */
function hashIn(key: string): string {
  return key.slice(key.lastIndexOf(':') + 1);
}

/** @throws {GraphQLError} as Apollo throws it for a document that it cannot parse */
function parseDocument(text: string, maxTokens: number): DocumentNode {
  try {
    return withoutStack(() => parse(text, { maxTokens }));
  } catch (error) {
    const { message, source, positions } = error instanceof GraphQLError ? error : new GraphQLError(String(error));
    throw withoutStack(
      () =>
        new GraphQLError(message, {
          source,
          positions,
          extensions: { code: 'GRAPHQL_PARSE_FAILED', http: httpExtension('GRAPHQL_PARSE_FAILED') },
        }),
    );
  }
}

/**
 * Returns the error of a request whose turn did not come.
 * @throws {unknown} `error`, if it says something else
 */
export function turnError(error: unknown): GraphQLError {
  const headers = { 'retry-after': '1' };
  if (error instanceof Overloaded) return requestError('TOO_MANY_REQUESTS', { headers });
  if (error instanceof WaitAborted) return requestError('UNAVAILABLE', { headers });
  throw error;
}

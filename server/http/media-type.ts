import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';

/** The media type of responses whose status is that of the GraphQL response. */
export const GRAPHQL_RESPONSE = 'application/graphql-response+json; charset=utf-8';

/**
 * The media types of responses; the first is the default (GraphQL over HTTP, §"Media Types"). They have a charset, so that
 * a client that asks for one, as the example in the specification does, is served.
 */
const SUPPORTED: [string, string] = ['application/json; charset=utf-8', GRAPHQL_RESPONSE];

/** Headers longer than this many characters are not cached: the size of the cache is bounded. */
const MAX_CACHED_LENGTH = 200;
/** Negotiated types by Accept header: a client sends the same header each time, and parsing took 5 % of a request. */
const cache = new LRUCache<string, { readonly mediaType: string | null }>({ max: 100 });

/**
 * Returns the media type of a response (RFC 9110 §12.5.1).
 * @param accept the Accept header; without one, the client accepts everything
 * @returns null if the client accepts no supported type
 */
export function mediaTypeFor(accept: string | undefined): string | null {
  // An empty header has no media range, as if it were absent.
  if (!accept) return SUPPORTED[0];
  const cached = cache.get(accept);
  if (cached !== undefined) return cached.mediaType;
  const mediaType = new Negotiator({ headers: { accept } }).mediaType(SUPPORTED) ?? null;
  if (accept.length <= MAX_CACHED_LENGTH) cache.set(accept, { mediaType });
  return mediaType;
}

import Negotiator from 'negotiator';

/**
 * The media types that an answer can have, the first where a caller has no preference (GraphQL over HTTP, §"Media
 * Types"), with their charset: who asks for that too, as the specification's own example does, is served.
 */
const SUPPORTED: [string, string] = [
  'application/json; charset=utf-8',
  'application/graphql-response+json; charset=utf-8',
];

/** Clients of a kind send the same header each time: to read it anew took a twentieth of a request. */
const cache = new Map<string, string | null>();
/** So many headers are remembered, none longer than so many characters: nobody can fill the memory with others. */
const CACHE_LIMITS = { headers: 100, characters: 200 };

/**
 * The media type for an answer (RFC 9110 §12.5.1).
 * @param accept the Accept header as it came; without one, everything is accepted
 * @returns null when the caller accepts none
 */
export function mediaTypeFor(accept: string | undefined): string | null {
  // An empty header names nothing, like one that is not there.
  if (!accept) return SUPPORTED[0];
  const cached = cache.get(accept);
  if (cached !== undefined) return cached;
  const mediaType = new Negotiator({ headers: { accept } }).mediaType(SUPPORTED) ?? null;
  if (cache.size >= CACHE_LIMITS.headers) cache.clear();
  if (accept.length <= CACHE_LIMITS.characters) cache.set(accept, mediaType);
  return mediaType;
}

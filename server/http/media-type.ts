import Negotiator from 'negotiator';

/**
 * The media types that an answer can have, the first where a caller has no preference (GraphQL over HTTP, §"Media
 * Types"), with their charset: who asks for that too, as the specification's own example does, is served.
 */
const OFFERED: [string, string] = [
  'application/json; charset=utf-8',
  'application/graphql-response+json; charset=utf-8',
];

/** Clients of a kind send the same header each time: to read it anew took a twentieth of a request. */
const known = new Map<string, string | null>();
/** So many headers are remembered, none longer than so many characters: nobody can fill the memory with others. */
const MOST = { headers: 100, characters: 200 };

/**
 * The media type for an answer (RFC 9110 §12.5.1).
 * @param accept the Accept header as it came; without one, everything is accepted
 * @returns null when the caller accepts none
 */
export function mediaTypeFor(accept: string | undefined): string | null {
  // An empty header names nothing, like one that is not there.
  if (!accept) return OFFERED[0];
  const remembered = known.get(accept);
  if (remembered !== undefined) return remembered;
  const chosen = new Negotiator({ headers: { accept } }).mediaType(OFFERED) ?? null;
  if (known.size >= MOST.headers) known.clear();
  if (accept.length <= MOST.characters) known.set(accept, chosen);
  return chosen;
}

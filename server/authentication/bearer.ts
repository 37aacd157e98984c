/** A parsed Authorization header. A missing header and a malformed one are different results. */
export type BearerHeader =
  | { readonly kind: 'absent' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'token'; readonly token: string };

/** RFC 6750 §2.1: `Bearer`, in any letter case (RFC 9110 §11.1), a space, and a b64token. */
const BEARER = /^bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/** Parses an Authorization header. The HTTP layer rejects a second one: Node exposes only the first. */
export function readBearer(header: string | undefined): BearerHeader {
  if (header === undefined) return { kind: 'absent' };
  const token = BEARER.exec(header)?.[1];
  return token === undefined ? { kind: 'malformed' } : { kind: 'token', token };
}

import type { SigningKeys } from './signing-keys.ts';

/**
 * The JWK Set of `jwks` mode (RFC 7517 §5). It asks neither Better Auth nor the database: while they are away tokens
 * can still be verified. Not to be kept by anybody on the way: a deleted key has to be gone within a minute.
 * @param now seconds since the epoch
 */
export function jwksResponse(keys: Pick<SigningKeys, 'publicKeys'>, now: number): Response {
  const headers = { 'Cache-Control': 'no-store' };
  const published = keys.publicKeys(now);
  if (published === null)
    return Response.json({ code: 'NOT_FOUND', message: 'No such path.' }, { status: 404, headers });
  return Response.json({ keys: published }, { headers });
}

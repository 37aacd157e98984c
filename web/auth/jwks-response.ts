import type { SigningKeys } from './signing-keys.ts';

/**
 * Returns the JWK Set of `jwks` mode (RFC 7517 §5), or 404 in the other mode. It uses neither Better Auth nor the
 * database, so that tokens can be verified while those are unavailable. No cache may store it: verifiers must drop a
 * deleted key within a minute.
 * @param now seconds since the epoch
 */
export function jwksResponse(keys: Pick<SigningKeys, 'publicKeys'>, now: number): Response {
  const headers = { 'Cache-Control': 'no-store' };
  const published = keys.publicKeys(now);
  if (published === null)
    return Response.json({ code: 'NOT_FOUND', message: 'No such path.' }, { status: 404, headers });
  return Response.json({ keys: published }, { headers });
}

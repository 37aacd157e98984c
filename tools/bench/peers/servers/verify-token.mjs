import { createHmac, timingSafeEqual } from 'node:crypto';
import { key, options } from './options.mjs';

/**
 * Returns the user of a valid HS256 token, by hand, each time anew; null for anything else.
 * @param {string | undefined} authorization
 */
export function verifyToken(authorization) {
  const [head, payload, signature] = authorization?.slice('Bearer '.length).split('.') ?? [];
  if (head === undefined || payload === undefined || signature === undefined) return null;
  const expected = createHmac('sha256', key).update(`${head}.${payload}`).digest();
  const actual = Buffer.from(signature, 'base64url');
  if (actual.length !== expected.length || !timingSafeEqual(actual, expected)) return null;
  const { alg } = JSON.parse(Buffer.from(head, 'base64url').toString());
  const { iss, aud, exp, sub } = JSON.parse(Buffer.from(payload, 'base64url').toString());
  const isValid = alg === 'HS256' && iss === options.issuer && aud === options.audience && exp > Date.now() / 1_000;
  return isValid ? sub : null;
}

import { createHmac } from 'node:crypto';
import type { AccessTokenClaims } from '../../runtime/token.ts';
import { type VerificationKeys, staticKeys } from '../../server/authentication/verification-keys.ts';
import type { TokenSecret } from '../../runtime/token-secrets.ts';

/** The moment at which the tests' clocks stand, in seconds since the epoch. */
export const NOW = 1_800_000_000;
export const ISSUER = 'http://web.test';
export const AUDIENCE = 'fieldgate-api';
/** The longest life of a token, in seconds. */
export const MAX_LIFETIME = 900;

/** The secret that signs, and the one before it, which still verifies. */
export const CURRENT_SECRET: TokenSecret = { kid: '2026-11', secret: new Uint8Array(32).fill(1) };
export const PREVIOUS_SECRET: TokenSecret = { kid: '2026-05', secret: new Uint8Array(48).fill(2) };

/** Secrets as a verifier takes them. */
export function keysFromSecrets(...secrets: readonly TokenSecret[]): Promise<VerificationKeys> {
  return staticKeys(
    'HS256',
    secrets.map(({ kid, secret }) => ({ kid, material: encodeSegment(secret) })),
  );
}

/** The header of a good token. */
export const VALID_HEADER = { alg: 'HS256', typ: 'JWT', kid: CURRENT_SECRET.kid } as const;

/** The claims of a good token of this user. */
export function validClaims(userId: string): AccessTokenClaims {
  return {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: userId,
    user_id: userId,
    email: 'someone@example.com',
    email_verified: true,
    role: 'USER',
    sid: 'a-session',
    jti: 'a-token',
    auth_time: NOW - 60,
    iat: NOW - 60,
    exp: NOW + 600,
  };
}

/** Encodes a part of a token; text and bytes are taken as they are. */
export function encodeSegment(part: unknown): string {
  const bytes = typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part);
  return Buffer.from(bytes as string).toString('base64url');
}

/** Signs a header and a payload by hand: unlike a library, it signs anything. */
export function signJwt(
  header: unknown,
  payload: unknown,
  secret: Uint8Array = CURRENT_SECRET.secret,
  hash = 'sha256',
): string {
  const signed = `${encodeSegment(header)}.${encodeSegment(payload)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

/** A token of this user: good, unless `changes` to its claims say otherwise. */
export function signToken(userId: string, changes: Readonly<Record<string, unknown>> = {}): string {
  return signJwt(VALID_HEADER, { ...validClaims(userId), ...changes });
}

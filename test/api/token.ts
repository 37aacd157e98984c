import { createHmac } from 'node:crypto';
import type { AccessTokenClaims } from '../../schema/token.ts';
import { type Keys, listedKeys } from '../../server/authentication/keys.ts';
import type { TokenSecret } from '../../schema/token-secrets.ts';

/** The moment at which the tests' clocks stand, in seconds since the epoch. */
export const NOW = 1_800_000_000;
export const ISSUER = 'http://web.test';
export const AUDIENCE = 'fieldgate-api';
/** The longest life of a token, in seconds. */
export const LONGEST_LIFE = 900;

/** The secret that signs, and the one before it, which still verifies. */
export const CURRENT: TokenSecret = { kid: '2026-11', secret: new Uint8Array(32).fill(1) };
export const PREVIOUS: TokenSecret = { kid: '2026-05', secret: new Uint8Array(48).fill(2) };

/** Secrets as a verifier takes them. */
export function keysOf(...secrets: readonly TokenSecret[]): Promise<Keys> {
  return listedKeys(
    'HS256',
    secrets.map(({ kid, secret }) => ({ kid, material: encode(secret) })),
  );
}

/** The header of a good token. */
export const HEADER = { alg: 'HS256', typ: 'JWT', kid: CURRENT.kid } as const;

/** The claims of a good token of this user. */
export function claimsOf(userId: string): AccessTokenClaims {
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
export function encode(part: unknown): string {
  const bytes = typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part);
  return Buffer.from(bytes as string).toString('base64url');
}

/** Signs a header and a payload by hand: unlike a library, it signs anything. */
export function sign(header: unknown, payload: unknown, secret: Uint8Array = CURRENT.secret, hash = 'sha256'): string {
  const signed = `${encode(header)}.${encode(payload)}`;
  return `${signed}.${createHmac(hash, secret).update(signed).digest('base64url')}`;
}

/** A token of this user: good, unless `changes` to its claims say otherwise. */
export function mint(userId: string, changes: Readonly<Record<string, unknown>> = {}): string {
  return sign(HEADER, { ...claimsOf(userId), ...changes });
}

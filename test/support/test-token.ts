import { createHmac, createPrivateKey, createPublicKey, type KeyObject, sign as signWith } from 'node:crypto';
import type { AccessTokenClaims, TokenMode } from '../../runtime/token.ts';
import { type KeyMaterial, type VerificationKeys, staticKeys } from '../../server/authentication/verification-keys.ts';
import type { TokenSecret } from '../../runtime/token-secrets.ts';

/** The fixed time of the tests' clocks, in seconds since the epoch. */
export const NOW = 1_800_000_000;
export const ISSUER = 'http://web.test';
export const AUDIENCE = 'fieldgate-api';
/** The longest lifetime of a token, in seconds. */
export const MAX_LIFETIME = 900;

/** The secret that signs, and the one before it, which still verifies. */
export const CURRENT_SECRET: TokenSecret = { kid: '2026-11', secret: new Uint8Array(32).fill(1) };
export const PREVIOUS_SECRET: TokenSecret = { kid: '2026-05', secret: new Uint8Array(48).fill(2) };

/** Returns secrets in the form that a verifier takes. */
export function keysFromSecrets(...secrets: readonly TokenSecret[]): Promise<VerificationKeys> {
  return staticKeys(
    'HS256',
    secrets.map(({ kid, secret }) => ({ kid, material: encodeSegment(secret) })),
  );
}

/** The header of a valid token in `shared-secret` mode. */
export const VALID_HEADER = { alg: 'HS256', typ: 'JWT', kid: CURRENT_SECRET.kid } as const;

/** Returns the claims of a valid token of this user. */
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

/** Encodes a part of a token as base64url: text and bytes as they are, other values as JSON. */
export function encodeSegment(part: unknown): string {
  const bytes = typeof part === 'string' || part instanceof Uint8Array ? part : JSON.stringify(part);
  return Buffer.from(bytes as string).toString('base64url');
}

/** Signs any header and payload with HMAC; a library would refuse most of those that the tests need. */
export function signJwt(
  header: unknown,
  payload: unknown,
  secret: Uint8Array = CURRENT_SECRET.secret,
  hash = 'sha256',
): string {
  return signSegments(header, payload, (text) => createHmac(hash, secret).update(text).digest());
}

/** Returns a token of this user in `shared-secret` mode: valid, unless `changes` to its claims make it invalid. */
export function signToken(userId: string, changes: Readonly<Record<string, unknown>> = {}): string {
  return signJwt(VALID_HEADER, { ...validClaims(userId), ...changes });
}

/** The key that signs: the current one, the one before it, which still verifies, or an attacker's. */
export type Signer = 'current' | 'previous' | 'stranger';

/** Makes tokens of one token mode: any header and payload, under any signer's key. */
export interface Forge {
  readonly mode: TokenMode;
  /** The header of a valid token. */
  readonly header: { readonly alg: 'HS256' | 'EdDSA'; readonly typ: string; readonly kid: string };
  /** The id of the key before the current one. */
  readonly previousKid: string;
  /** The keys as verifiers receive them. */
  readonly materials: readonly KeyMaterial[];
  readonly keys: VerificationKeys;
  /** Signs a header and a payload: objects, text or bytes. */
  sign(header: unknown, payload: unknown, signer?: Signer): string;
  /** Returns a token of this user: valid, unless `changes` to its claims make it invalid. */
  signToken(userId: string, changes?: Readonly<Record<string, unknown>>): string;
}

const SECRETS: Readonly<Record<Signer, Uint8Array>> = {
  current: CURRENT_SECRET.secret,
  previous: PREVIOUS_SECRET.secret,
  stranger: new Uint8Array(48).fill(9),
};

/** Signs with the secrets above. */
const SECRET_FORGE = await createForge('shared-secret', VALID_HEADER.alg, SECRETS, (header, payload, signer) =>
  signJwt(header, payload, SECRETS[signer]),
);

/** The DER prefix of an Ed25519 private key (RFC 8410 §7); the key itself is any 32 bytes (RFC 8032 §5.1.5). */
const PKCS_8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const createKeyPair = (fill: number) =>
  createPrivateKey({ key: Buffer.concat([PKCS_8, Buffer.alloc(32, fill)]), format: 'der', type: 'pkcs8' });
const KEY_PAIRS: Readonly<Record<Signer, KeyObject>> = {
  current: createKeyPair(1),
  previous: createKeyPair(2),
  stranger: createKeyPair(9),
};
const publicOf = (key: KeyObject) => Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');

/** The public key of each signer, 32 bytes. */
export const PUBLIC_KEYS = {
  current: publicOf(KEY_PAIRS.current),
  previous: publicOf(KEY_PAIRS.previous),
  stranger: publicOf(KEY_PAIRS.stranger),
} as const;

/** Signs with Ed25519 keys, which the web app publishes in `jwks` mode. */
export const KEY_PAIR_FORGE = await createForge('jwks', 'EdDSA', PUBLIC_KEYS, (header, payload, signer) =>
  signSegments(header, payload, (text) => signWith(null, Buffer.from(text), KEY_PAIRS[signer])),
);

/** One forge for each mode. */
export const FORGES = [SECRET_FORGE, KEY_PAIR_FORGE] as const;

/** Returns the JWK Set of these keys. */
export function publishedJwks(materials: readonly KeyMaterial[] = KEY_PAIR_FORGE.materials): string {
  const shared = { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' };
  return JSON.stringify({ keys: materials.map(({ kid, material }) => ({ ...shared, kid, x: material })) });
}

function signSegments(header: unknown, payload: unknown, signature: (text: string) => Uint8Array): string {
  const text = `${encodeSegment(header)}.${encodeSegment(payload)}`;
  return `${text}.${encodeSegment(signature(text))}`;
}

async function createForge(
  mode: TokenMode,
  alg: Forge['header']['alg'],
  verifying: Readonly<Record<Signer, Uint8Array>>,
  signAs: (header: unknown, payload: unknown, signer: Signer) => string,
): Promise<Forge> {
  const header = { alg, typ: VALID_HEADER.typ, kid: CURRENT_SECRET.kid };
  const materials = [
    { kid: CURRENT_SECRET.kid, material: encodeSegment(verifying.current) },
    { kid: PREVIOUS_SECRET.kid, material: encodeSegment(verifying.previous) },
  ];
  const sign: Forge['sign'] = (head, payload, signer = 'current') => signAs(head, payload, signer);
  return {
    mode,
    header,
    previousKid: PREVIOUS_SECRET.kid,
    materials,
    keys: await staticKeys(alg, materials),
    sign,
    signToken: (userId, changes = {}) => sign(header, { ...validClaims(userId), ...changes }),
  };
}

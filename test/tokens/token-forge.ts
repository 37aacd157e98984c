import { createHmac, createPrivateKey, createPublicKey, type KeyObject, sign as signWith } from 'node:crypto';
import type { TokenMode } from '../../runtime/token.ts';
import { type KeyMaterial, type VerificationKeys, staticKeys } from '../../server/authentication/verification-keys.ts';
import { validClaims, CURRENT_SECRET, encodeSegment, VALID_HEADER, PREVIOUS_SECRET } from '../support/test-token.ts';

/** Who signs: the key that signs now, the one before it, which still verifies, or somebody whom nobody knows. */
export type Signer = 'current' | 'previous' | 'stranger';

/** Makes tokens of one mode by hand: unlike a library, it signs anything. */
export interface Forge {
  readonly mode: TokenMode;
  /** The header of a good token. */
  readonly header: { readonly alg: 'HS256' | 'EdDSA'; readonly typ: string; readonly kid: string };
  /** The key id of the key before the current one. */
  readonly previousKid: string;
  /** What verifiers are told of the keys. */
  readonly materials: readonly KeyMaterial[];
  readonly keys: VerificationKeys;
  /** Signs a header and a payload: objects, text or bytes. */
  sign(header: unknown, payload: unknown, signer?: Signer): string;
  /** A token of this user: good, unless `changes` to its claims say otherwise. */
  signToken(userId: string, changes?: Readonly<Record<string, unknown>>): string;
}

const STRANGER = new Uint8Array(48).fill(9);
const SECRETS = { current: CURRENT_SECRET.secret, previous: PREVIOUS_SECRET.secret, stranger: STRANGER };

/** Shared secrets: those of the other API tests. */
const SECRET_FORGE = await createForge('shared-secret', VALID_HEADER.alg, SECRETS, (text, signer) =>
  createHmac('sha256', SECRETS[signer]).update(text).digest(),
);

/** An Ed25519 private key is any 32 bytes (RFC 8032 §5.1.5); this goes before them in PKCS #8 (RFC 8410 §7). */
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

/** Ed25519 keys, as the web app publishes them in `jwks` mode. */
export const KEY_PAIR_FORGE = await createForge('jwks', 'EdDSA', PUBLIC_KEYS, (text, signer) =>
  signWith(null, Buffer.from(text), KEY_PAIRS[signer]),
);

/** One forge for each mode. */
export const FORGES = [SECRET_FORGE, KEY_PAIR_FORGE] as const;

/** The JWK Set that belongs to the pairs. */
export function publishedJwks(materials: readonly KeyMaterial[] = KEY_PAIR_FORGE.materials): string {
  const shared = { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' };
  return JSON.stringify({ keys: materials.map(({ kid, material }) => ({ ...shared, kid, x: material })) });
}

async function createForge(
  mode: TokenMode,
  alg: Forge['header']['alg'],
  verifying: Readonly<Record<Signer, Uint8Array>>,
  signature: (text: string, signer: Signer) => Uint8Array,
): Promise<Forge> {
  const header = { alg, typ: VALID_HEADER.typ, kid: CURRENT_SECRET.kid };
  const materials = [
    { kid: CURRENT_SECRET.kid, material: encodeSegment(verifying.current) },
    { kid: PREVIOUS_SECRET.kid, material: encodeSegment(verifying.previous) },
  ];
  const sign: Forge['sign'] = (head, payload, signer = 'current') => {
    const text = `${encodeSegment(head)}.${encodeSegment(payload)}`;
    return `${text}.${encodeSegment(signature(text, signer))}`;
  };
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

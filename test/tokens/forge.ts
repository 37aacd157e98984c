import { createHmac, createPrivateKey, createPublicKey, type KeyObject, sign as signWith } from 'node:crypto';
import type { TokenMode } from '../../schema/token.ts';
import { type KeyMaterial, type Keys, listedKeys } from '../../server/authentication/keys.ts';
import { claimsOf, CURRENT, encode, HEADER, PREVIOUS } from '../api/token.ts';

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
  readonly keys: Keys;
  /** Signs a header and a payload: objects, text or bytes. */
  sign(header: unknown, payload: unknown, signer?: Signer): string;
  /** A token of this user: good, unless `changes` to its claims say otherwise. */
  mint(userId: string, changes?: Readonly<Record<string, unknown>>): string;
}

const STRANGER = new Uint8Array(48).fill(9);
const SECRETS = { current: CURRENT.secret, previous: PREVIOUS.secret, stranger: STRANGER };

/** Shared secrets: those of the other API tests. */
const SECRET_FORGE = await forge('shared-secret', HEADER.alg, SECRETS, (text, signer) =>
  createHmac('sha256', SECRETS[signer]).update(text).digest(),
);

/** An Ed25519 private key is any 32 bytes (RFC 8032 §5.1.5); this goes before them in PKCS #8 (RFC 8410 §7). */
const PKCS_8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const pair = (fill: number) =>
  createPrivateKey({ key: Buffer.concat([PKCS_8, Buffer.alloc(32, fill)]), format: 'der', type: 'pkcs8' });
const PAIRS: Readonly<Record<Signer, KeyObject>> = { current: pair(1), previous: pair(2), stranger: pair(9) };
const publicOf = (key: KeyObject) => Buffer.from(createPublicKey(key).export({ format: 'jwk' }).x ?? '', 'base64url');

/** The public key of each signer, 32 bytes. */
export const PUBLIC_KEYS = {
  current: publicOf(PAIRS.current),
  previous: publicOf(PAIRS.previous),
  stranger: publicOf(PAIRS.stranger),
} as const;

/** Ed25519 keys, as the web app publishes them in `jwks` mode. */
export const PAIR_FORGE = await forge('jwks', 'EdDSA', PUBLIC_KEYS, (text, signer) =>
  signWith(null, Buffer.from(text), PAIRS[signer]),
);

/** One forge for each mode. */
export const FORGES = [SECRET_FORGE, PAIR_FORGE] as const;

/** The JWK Set that belongs to the pairs. */
export function publishedSet(materials: readonly KeyMaterial[] = PAIR_FORGE.materials): string {
  const shared = { kty: 'OKP', crv: 'Ed25519', use: 'sig', alg: 'EdDSA' };
  return JSON.stringify({ keys: materials.map(({ kid, material }) => ({ ...shared, kid, x: material })) });
}

async function forge(
  mode: TokenMode,
  alg: Forge['header']['alg'],
  verifying: Readonly<Record<Signer, Uint8Array>>,
  signature: (text: string, signer: Signer) => Uint8Array,
): Promise<Forge> {
  const header = { alg, typ: HEADER.typ, kid: CURRENT.kid };
  const materials = [
    { kid: CURRENT.kid, material: encode(verifying.current) },
    { kid: PREVIOUS.kid, material: encode(verifying.previous) },
  ];
  const sign: Forge['sign'] = (head, payload, signer = 'current') => {
    const text = `${encode(head)}.${encode(payload)}`;
    return `${text}.${encode(signature(text, signer))}`;
  };
  return {
    mode,
    header,
    previousKid: PREVIOUS.kid,
    materials,
    keys: await listedKeys(alg, materials),
    sign,
    mint: (userId, changes = {}) => sign(header, { ...claimsOf(userId), ...changes }),
  };
}

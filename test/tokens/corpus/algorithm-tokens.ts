import { createHmac, generateKeyPairSync, type KeyObject, sign as signWith } from 'node:crypto';
import { encodeSegment, type Forge, PUBLIC_KEYS } from '../../support/test-token.ts';
import { badToken, type BadToken, VALID_CLAIMS } from './bad-token.ts';

const ALGORITHMS = Object.values({
  none: ['none', 'None', 'NONE', 'nOnE', 'none ', ''],
  'similar to the mode’s': [
    'HS256 ',
    ' HS256',
    'hs256',
    'Hs256',
    'HS256\0',
    'HS-256',
    'SHA256',
    'HS1',
    'EDDSA',
    'eddsa',
    'EdDSA ',
  ],
  'of another family': [
    'HS256',
    'HS384',
    'HS512',
    'RS256',
    'RS384',
    'PS256',
    'ES256',
    'ES256K',
    'EdDSA',
    'Ed25519',
    'Ed448',
  ],
  'of encryption': ['dir', 'A256KW', 'RSA-OAEP'],
  'not a string': [undefined, null, 0, 256, true, [], ['HS256'], ['none', 'HS256'], ['EdDSA'], {}, { alg: 'HS256' }],
}).flat();

const EC = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ED25519 = generateKeyPairSync('ed25519');
const RSA = generateKeyPairSync('rsa', { modulusLength: 2_048 });

/** Returns tokens that try to be verified with another algorithm than the mode's. */
export function algorithmTokens(forge: Forge): readonly BadToken[] {
  const { header, sign } = forge;
  const [, payload = ''] = sign(header, VALID_CLAIMS).split('.');
  const signedWith = (alg: string, key: KeyObject, hash: string | null) =>
    withSignature({ ...header, alg }, (text) => signWith(hash, Buffer.from(text), key));
  const isOurs = (alg: string) => alg === header.alg;
  const attackerKeys = [
    ['RSA', 'RS256', RSA.privateKey, 'sha256'],
    ['elliptic curve', 'ES256', EC.privateKey, 'sha256'],
    ['Ed25519', 'EdDSA', ED25519.privateKey, null],
  ] as const;
  return [
    // Signed with the current key: only the header is bad.
    ...ALGORITHMS.filter((alg) => alg !== header.alg).map((alg) =>
      badToken('header', `alg is ${JSON.stringify(alg)}`, sign({ ...header, alg }, VALID_CLAIMS)),
    ),
    ...['none', 'None', 'NONE'].flatMap((alg) => [
      badToken('form', `alg ${alg} and an empty signature`, `${encodeSegment({ ...header, alg })}.${payload}.`),
      badToken('form', `alg ${alg} and no signature`, `${encodeSegment({ ...header, alg })}.${payload}`),
    ]),
    ...attackerKeys.flatMap(([name, alg, key, hash]) => [
      badToken(
        isOurs(alg) ? 'signature' : 'header',
        `an attacker’s ${name} key under our kid`,
        signedWith(alg, key, hash),
      ),
      badToken('signature', `an attacker’s ${name} signature under the mode’s alg`, signedWith(header.alg, key, hash)),
    ]),
    ...knownPublicKeys(forge).flatMap(([name, key]) =>
      [...new Set(['HS256', header.alg])].map((alg) =>
        badToken(
          isOurs(alg) ? 'signature' : 'header',
          `alg is ${alg}, keyed with ${name}`,
          withSignature({ ...header, alg }, (text) => createHmac('sha256', key).update(text).digest()),
        ),
      ),
    ),
    ...(forge.mode === 'jwks' ? ed25519Tokens(forge) : []),
  ];
}

/** Returns public keys in every encoding that a verifier could use as an HMAC secret by mistake. */
function knownPublicKeys({ mode }: Forge): readonly (readonly [string, string | Uint8Array])[] {
  const encodings = [EC, ED25519, RSA].flatMap(({ publicKey }) => {
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    const der = publicKey.export({ type: 'spki', format: 'der' });
    const jwk = JSON.stringify(publicKey.export({ format: 'jwk' }));
    const name = publicKey.asymmetricKeyType;
    return [
      [`an ${name} key in PEM`, pem],
      [`an ${name} key in PEM, trimmed`, pem.trim()],
      [`an ${name} key in DER`, der],
      [`an ${name} key as JWK`, jwk],
    ] as const;
  });
  if (mode === 'shared-secret') return encodings;
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), PUBLIC_KEYS.current]);
  const pem = `-----BEGIN PUBLIC KEY-----\n${spki.toString('base64')}\n-----END PUBLIC KEY-----`;
  return [
    ...encodings,
    ['our public key, raw', PUBLIC_KEYS.current],
    ['our public key, base64url', encodeSegment(PUBLIC_KEYS.current)],
    ['our public key, hex', PUBLIC_KEYS.current.toString('hex')],
    ['our public key in DER', spki],
    ['our public key in PEM', pem],
    ['our public key in PEM, with a line break', `${pem}\n`],
    ['our public key as JWK', JSON.stringify({ kty: 'OKP', crv: 'Ed25519', x: encodeSegment(PUBLIC_KEYS.current) })],
  ];
}

/** The order of Ed25519's base point (RFC 8032 §5.1), little-endian as signatures have it. */
const ORDER = 2n ** 252n + 27_742_317_777_372_353_535_851_937_790_883_648_493n;
/** Encodings of points of small order, which some verifiers accept as R. */
const SMALL_ORDER = [
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
];

/** Returns Ed25519 signatures changed without the key: a strict verifier rejects each (RFC 8032 §5.1.7). */
function ed25519Tokens({ header, sign }: Forge): readonly BadToken[] {
  const valid = sign(header, VALID_CLAIMS);
  const signature = Buffer.from(valid.split('.')[2] ?? '', 'base64url');
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)];
  const replaced = (bytes: Uint8Array) => `${valid.slice(0, valid.lastIndexOf('.'))}.${encodeSegment(bytes)}`;
  const flipped = (bytes: Buffer, bit: number) =>
    bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
  return [
    ...[1n, 2n, 7n].map((times) =>
      badToken(
        'signature',
        `S and ${times} times the order`,
        replaced(Buffer.concat([r, toBytes(toNumber(s) + times * ORDER)])),
      ),
    ),
    badToken('signature', 'S negated', replaced(Buffer.concat([r, toBytes(ORDER - toNumber(s))]))),
    badToken('signature', 'R and S exchanged', replaced(Buffer.concat([s, r]))),
    badToken('signature', 'the sign of R changed', replaced(Buffer.concat([flipped(r, 255), s]))),
    ...SMALL_ORDER.map((point, index) =>
      badToken(
        'signature',
        `R of small order (${index}), S zero`,
        replaced(Buffer.from(point + '00'.repeat(32), 'hex')),
      ),
    ),
  ];
}

const toNumber = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`);
const toBytes = (number: bigint) => Buffer.from(number.toString(16).padStart(64, '0'), 'hex').toReversed();

function withSignature(header: object, signature: (text: string) => Uint8Array): string {
  const text = `${encodeSegment(header)}.${encodeSegment(VALID_CLAIMS)}`;
  return `${text}.${encodeSegment(signature(text))}`;
}

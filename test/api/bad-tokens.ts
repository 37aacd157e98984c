import { generateKeyPairSync, sign as signWith } from 'node:crypto';
import type { TokenFault } from '../../server/authentication/verify.ts';
import { BAD_CLAIMS } from './bad-claims.ts';
import { AUDIENCE, claimsOf, CURRENT, encode, HEADER, ISSUER, mint, NOW, PREVIOUS, sign } from './token.ts';

/** A token that must be refused, and the inner reason. The caller never learns which it was. */
export interface BadToken {
  readonly name: string;
  readonly token: string;
  readonly fault: TokenFault;
}

const USER = '01900000-0000-7000-8000-00000000000a';
const CLAIMS = claimsOf(USER);
const GOOD = mint(USER);
const [GOOD_HEADER = '', GOOD_PAYLOAD = '', GOOD_SIGNATURE = ''] = GOOD.split('.');
const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

const ALGORITHMS = Object.values({
  none: ['none', 'None', 'NONE', 'nOnE', 'none ', ''],
  'nearly ours': ['HS256 ', ' HS256', 'hs256', 'Hs256', 'HS256\0', 'HS-256', 'SHA256', 'HS1'],
  'of another family': ['HS384', 'HS512', 'RS256', 'RS384', 'PS256', 'ES256', 'ES256K', 'EdDSA', 'Ed25519'],
  'of encryption': ['dir', 'A256KW', 'RSA-OAEP'],
  'no text': [undefined, null, 0, 256, true, [], ['HS256'], ['none', 'HS256'], {}, { alg: 'HS256' }],
}).flat();

/** Signed with the right secret, so that only the header is at fault. */
function ofAlgorithms(): readonly BadToken[] {
  const pem = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ed25519 = generateKeyPairSync('ed25519');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  const withKey = (alg: string, key: typeof rsa.privateKey, hash: string | null) => {
    const signed = `${encode({ ...HEADER, alg })}.${encode(CLAIMS)}`;
    return `${signed}.${signWith(hash, Buffer.from(signed), key).toString('base64url')}`;
  };
  const publicKeys = [pem, ed25519, rsa].flatMap(({ publicKey }) => [
    publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    publicKey.export({ type: 'spki', format: 'pem' }).toString().trim(),
    publicKey.export({ type: 'spki', format: 'der' }),
    JSON.stringify(publicKey.export({ format: 'jwk' })),
  ]);
  return [
    ...ALGORITHMS.map((alg) => bad('header', `alg is ${JSON.stringify(alg)}`, sign({ ...HEADER, alg }, CLAIMS))),
    ...['none', 'None', 'NONE'].flatMap((alg) => [
      bad('form', `alg ${alg} and an empty signature`, `${encode({ ...HEADER, alg })}.${GOOD_PAYLOAD}.`),
      bad('form', `alg ${alg} and no signature`, `${encode({ ...HEADER, alg })}.${GOOD_PAYLOAD}`),
    ]),
    bad('header', 'an honest HS512', sign({ ...HEADER, alg: 'HS512' }, CLAIMS, CURRENT.secret, 'sha512')),
    bad('header', 'an attacker’s RSA key under our kid', withKey('RS256', rsa.privateKey, 'sha256')),
    bad('header', 'an attacker’s curve under our kid', withKey('ES256', pem.privateKey, 'sha256')),
    bad('header', 'an attacker’s Ed25519 key under our kid', withKey('EdDSA', ed25519.privateKey, null)),
    bad('signature', 'an RSA signature called HS256', withKey('HS256', rsa.privateKey, 'sha256')),
    ...publicKeys.map((key, index) =>
      bad('signature', `HS256 keyed with public key ${index}`, sign(HEADER, CLAIMS, Buffer.from(key))),
    ),
  ];
}

const PARAMETERS = {
  jwk: { kty: 'oct', k: encode(CURRENT.secret) },
  jku: 'http://127.0.0.1:9/keys',
  x5u: 'http://127.0.0.1:9/certificate',
  x5c: ['MIIB'],
  x5t: 'AAAA',
  crit: ['exp'],
  b64: false,
  zip: 'DEF',
  cty: 'JWT',
  enc: 'A256GCM',
  epk: {},
  p2c: 1e9,
  iss: ISSUER,
  nonce: 'x',
  constructor: 'x',
};
const KIDS_OF_NOBODY = Object.values({
  'nearly ours': [`${CURRENT.kid} `, ` ${CURRENT.kid}`, `${CURRENT.kid}\0`, CURRENT.kid.slice(0, -1)],
  'of nothing': ['', ' ', '2020-01', '*', 'null', '0', '\0', '\ud800', `${CURRENT.kid},${PREVIOUS.kid}`],
  'of every object': ['__proto__', 'constructor', 'toString', 'hasOwnProperty'],
  'a path': ['../../../../dev/null', '/proc/self/environ', 'file:///dev/null'],
  SQL: ["' or '1'='1", `'; drop table app.task; --`],
}).flat();
const NO_KIDS = [undefined, null, 0, 1, true, [], [CURRENT.kid], {}, { kid: CURRENT.kid }];
const NO_TYPES = [undefined, null, '', 'jwt', 'at+jwt', 'JWE', 'JWT ', 'application/jwt', ['JWT'], 1];

function ofKeys(): readonly BadToken[] {
  const empty = new Uint8Array(32);
  return [
    ...Object.entries(PARAMETERS).map(([name, value]) =>
      bad('header', `a header with ${name}`, sign({ ...HEADER, [name]: value }, CLAIMS)),
    ),
    ...KIDS_OF_NOBODY.map((kid) =>
      bad('unknown-key', `kid is ${JSON.stringify(kid)}`, sign({ ...HEADER, kid }, CLAIMS)),
    ),
    ...NO_KIDS.map((kid) => bad('header', `kid is ${JSON.stringify(kid)}`, sign({ ...HEADER, kid }, CLAIMS))),
    ...NO_TYPES.map((typ) => bad('header', `typ is ${JSON.stringify(typ)}`, sign({ ...HEADER, typ }, CLAIMS))),
    bad('form', 'a kid of 60 KB', sign({ ...HEADER, kid: 'k'.repeat(60_000) }, CLAIMS)),
    bad('unknown-key', 'a retired key', sign({ ...HEADER, kid: '2025-11' }, CLAIMS, new Uint8Array(32).fill(9))),
    bad('signature', 'another secret under our kid', sign(HEADER, CLAIMS, new Uint8Array(32).fill(9))),
    bad('signature', 'the other listed secret under this kid', sign(HEADER, CLAIMS, PREVIOUS.secret)),
    bad('signature', 'this secret under the other kid', sign({ ...HEADER, kid: PREVIOUS.kid }, CLAIMS)),
    bad('signature', 'a secret of zeros', sign(HEADER, CLAIMS, empty)),
    bad('signature', 'the secret as base64url text', sign(HEADER, CLAIMS, Buffer.from(encode(CURRENT.secret)))),
  ];
}

const HEADER_TEXT = JSON.stringify(HEADER);
const CLAIMS_TEXT = JSON.stringify(CLAIMS);
/** Texts that are no JSON object, or one of which two readers could think differently. */
const doubtful = (text: string, key: string) => ({
  null: 'null',
  'an array': `[${text}]`,
  'a string': JSON.stringify(text),
  'a number': '1',
  'cut short': text.slice(0, -1),
  'followed by more': `${text}{}`,
  'with a byte order mark': `\ufeff${text}`,
  'in invalid UTF-8': Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from(',"x":"\xff"}', 'latin1')]),
  'in UTF-16': Buffer.from(text, 'utf16le'),
  'a key twice': text.replace('{', `{"${key}":1,`),
  'a key twice, once escaped': text.replace('{', `{"\\u00${key.charCodeAt(0).toString(16)}${key.slice(1)}":1,`),
});

function ofForm(): readonly BadToken[] {
  const segments = [GOOD_HEADER, GOOD_PAYLOAD, GOOD_SIGNATURE];
  const emptied = segments.map((_, index) => segments.with(index, '').join('.'));
  const counts = [1, 2].map((count) => segments.slice(0, count).join('.'));
  const signature = Buffer.from(GOOD_SIGNATURE, 'base64url');
  const signatures = {
    'of zeros': new Uint8Array(32),
    'a byte short': signature.subarray(0, 31),
    halved: signature.subarray(0, 16),
    'a byte long': Buffer.concat([signature, new Uint8Array(1)]),
    twice: Buffer.concat([signature, signature]),
    reversed: Uint8Array.from([...signature].toReversed()),
  };
  return [
    ...Object.entries(doubtful(HEADER_TEXT, 'alg')).map(([how, header]) =>
      bad('header', `a header ${how}`, sign(header, CLAIMS)),
    ),
    ...Object.entries(doubtful(CLAIMS_TEXT, 'user_id')).map(([how, payload]) =>
      bad('payload', `a payload ${how}`, sign(HEADER, payload)),
    ),
    bad('payload', 'a token in a token', sign(HEADER, GOOD)),
    ...[...emptied, ...counts, '', '.', '..', '...', `${GOOD}.`, `.${GOOD}`, `${GOOD}.${GOOD}`].map((token) =>
      bad('form', `the segments ${JSON.stringify(token.replaceAll(/[^.]+/g, 'x'))}`, token),
    ),
    bad('form', 'a JWE', [encode({ alg: 'dir', enc: 'A256GCM' }), 'a', 'b', 'c', 'd'].join('.')),
    bad(
      'form',
      'the JSON serialization',
      JSON.stringify({ protected: GOOD_HEADER, payload: GOOD_PAYLOAD, signature: GOOD_SIGNATURE }),
    ),
    bad('form', '5,000-deep claims', sign(HEADER, `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`)),
    bad('form', '64 KB', sign(HEADER, { ...CLAIMS, padding: 'x'.repeat(65_536) })),
    ...Object.entries(signatures).map(([how, bytes]) =>
      bad('signature', `a signature ${how}`, `${GOOD_HEADER}.${GOOD_PAYLOAD}.${encode(bytes)}`),
    ),
  ];
}

/** Other spellings of one good token: whoever keys a list of revoked tokens on the text would be walked round. */
function ofSpelling(): readonly BadToken[] {
  const dots = [GOOD_HEADER.length, GOOD.lastIndexOf('.')];
  const anywhere = [0, ...dots, 40, GOOD.length];
  const insert = (at: number, text: string) => GOOD.slice(0, at) + text + GOOD.slice(at);
  const plus = signatureWith('-');
  const slash = signatureWith('_');
  return [
    ...['=', '==', '===', ' ', '\t', '\n', '\r\n', '\0', '\u00a0', '\ufeff', '%2E', '.', '+', '/', '\u200b'].flatMap(
      (text) => anywhere.map((at) => bad('form', `${JSON.stringify(text)} at ${at}`, insert(at, text))),
    ),
    ...[GOOD_HEADER, GOOD_PAYLOAD, GOOD_SIGNATURE].flatMap((segment) =>
      twins(segment).map((twin) =>
        bad('form', `unused bits: …${twin.slice(-1)} for …${segment.slice(-1)}`, GOOD.replace(segment, twin)),
      ),
    ),
    bad('form', 'standard base64: +', plus.replaceAll('-', '+')),
    bad('form', 'standard base64: /', slash.replaceAll('_', '/')),
    bad('form', 'the dots escaped', GOOD.replaceAll('.', '%2e')),
    bad('form', 'full-width dots', GOOD.replaceAll('.', '．')),
  ];
}

/** Other last characters that decode to the same bytes: the bits that do not count. */
function twins(segment: string): readonly string[] {
  const bytes = Buffer.from(segment, 'base64url');
  const others = BASE64URL.split('')
    .map((last) => segment.slice(0, -1) + last)
    .filter((twin) => twin !== segment);
  return others.filter((twin) => Buffer.from(twin, 'base64url').equals(bytes));
}

function signatureWith(character: string): string {
  for (let number = 0; ; number++) {
    const token = mint(USER, { jti: `${number}` });
    if (token.includes(character)) return token;
  }
}

const NO_ISSUERS = variants(ISSUER);
const NO_AUDIENCES = [...variants(AUDIENCE), [AUDIENCE, 'another'], { 0: AUDIENCE }];
function variants(right: string): readonly unknown[] {
  const near = [
    `${right}/`,
    `${right} `,
    ` ${right}`,
    right.slice(0, -1),
    `${right}x`,
    right.toUpperCase(),
    `${right}\0`,
  ];
  return [undefined, null, '', 0, true, [], [right], 'http://elsewhere.test', ...near];
}

function ofClaims(): readonly BadToken[] {
  const elsewhere = BAD_CLAIMS.filter(({ changes }) => !('iss' in changes || 'aud' in changes));
  return [
    ...NO_ISSUERS.map((iss) => bad('issuer', `iss is ${JSON.stringify(iss)}`, mint(USER, { iss }))),
    ...NO_AUDIENCES.map((aud) => bad('audience', `aud is ${JSON.stringify(aud)}`, mint(USER, { aud }))),
    ...elsewhere.map(({ name, changes, fault }) => bad(fault, name, mint(USER, changes))),
    bad(
      'signature',
      'claims changed after signing',
      `${GOOD_HEADER}.${encode({ ...CLAIMS, role: 'ADMIN' })}.${GOOD_SIGNATURE}`,
    ),
    bad(
      'signature',
      'a life prolonged after signing',
      `${GOOD_HEADER}.${encode({ ...CLAIMS, exp: NOW + 601 })}.${GOOD_SIGNATURE}`,
    ),
  ];
}

/** THREATS.md, "Tokens": every class, each of its members made by a rule. */
export const BAD_TOKENS: Readonly<Record<string, readonly BadToken[]>> = {
  algorithm: ofAlgorithms(),
  'key choice': ofKeys(),
  form: ofForm(),
  malleability: ofSpelling(),
  claims: ofClaims(),
};

function bad(fault: TokenFault, name: string, token: string): BadToken {
  return { name, token, fault };
}

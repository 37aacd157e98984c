import {
  CURRENT_SECRET,
  encodeSegment,
  ISSUER,
  signJwt as signWithSecret,
  type Forge,
  PUBLIC_KEYS,
} from '../../support/test-token.ts';
import { badToken, type BadToken, VALID_CLAIMS } from './bad-token.ts';

const INVALID_KIDS = [undefined, null, 0, 1, true, [], ['2026-11'], {}, { kid: '2026-11' }];
const INVALID_TYPES = [undefined, null, '', 'jwt', 'at+jwt', 'JWE', 'JWT ', 'application/jwt', ['JWT'], 1];

/** Returns header parameters that could supply or choose the key, or change what is signed. */
function forbiddenParameters({ materials: [key], mode }: Forge): Readonly<Record<string, unknown>> {
  const jwk =
    mode === 'jwks'
      ? { kty: 'OKP', crv: 'Ed25519', x: encodeSegment(PUBLIC_KEYS.stranger) }
      : { kty: 'oct', k: key?.material };
  return {
    jwk,
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
}

function unknownKids({ header: { kid }, previousKid }: Forge): readonly string[] {
  return Object.values({
    'similar to a listed one': [`${kid} `, ` ${kid}`, `${kid}\0`, kid.slice(0, -1), kid.replace('-', '_')],
    unknown: ['', ' ', '2020-01', '*', 'null', '0', '\0', '\ud800', `${kid},${previousKid}`],
    'properties of every object': ['__proto__', 'constructor', 'toString', 'hasOwnProperty'],
    'a path': ['../../../../dev/null', '/proc/self/environ', 'file:///dev/null', 'http://127.0.0.1:9/key'],
    SQL: ["' or '1'='1", `'; drop table app.task; --`],
  }).flat();
}

/** Returns tokens that try to be verified with another key than the one that `kid` names in our list. */
export function keyChoiceTokens(forge: Forge): readonly BadToken[] {
  const { header, previousKid, sign } = forge;
  return [
    ...Object.entries(forbiddenParameters(forge)).flatMap(([name, value]) => [
      badToken('header', `a header with ${name}`, sign({ ...header, [name]: value }, VALID_CLAIMS)),
      badToken(
        'header',
        `a header with ${name}, signed by the attacker`,
        sign({ ...header, [name]: value }, VALID_CLAIMS, 'stranger'),
      ),
    ]),
    ...unknownKids(forge).map((kid) =>
      badToken('unknown-key', `kid is ${JSON.stringify(kid)}`, sign({ ...header, kid }, VALID_CLAIMS)),
    ),
    ...INVALID_KIDS.map((kid) =>
      badToken('header', `kid is ${JSON.stringify(kid)}`, sign({ ...header, kid }, VALID_CLAIMS)),
    ),
    ...INVALID_TYPES.map((typ) =>
      badToken('header', `typ is ${JSON.stringify(typ)}`, sign({ ...header, typ }, VALID_CLAIMS)),
    ),
    badToken('form', 'a kid of 60 KB', sign({ ...header, kid: 'k'.repeat(60_000) }, VALID_CLAIMS)),
    badToken('unknown-key', 'a retired key', sign({ ...header, kid: '2025-11' }, VALID_CLAIMS, 'stranger')),
    badToken('signature', 'an attacker’s key under our kid', sign(header, VALID_CLAIMS, 'stranger')),
    badToken('signature', 'the other listed key under this kid', sign(header, VALID_CLAIMS, 'previous')),
    badToken('signature', 'this key under the other kid', sign({ ...header, kid: previousKid }, VALID_CLAIMS)),
    ...(forge.mode === 'shared-secret' ? wrongSecretTokens(forge) : []),
  ];
}

/** Returns tokens signed with secrets that a careless verifier could derive from ours, or from none. */
function wrongSecretTokens({ header }: Forge): readonly BadToken[] {
  const text = encodeSegment(CURRENT_SECRET.secret);
  const secrets = {
    'of zeros': new Uint8Array(32),
    'that is empty': new Uint8Array(),
    'that is ours as base64url text': Buffer.from(text),
    'that is ours as hex text': Buffer.from(Buffer.from(CURRENT_SECRET.secret).toString('hex')),
    'that is ours, cut short': CURRENT_SECRET.secret.slice(0, 16),
  };
  return Object.entries(secrets).map(([how, secret]) =>
    badToken('signature', `a secret ${how}`, signWithSecret(header, VALID_CLAIMS, secret)),
  );
}

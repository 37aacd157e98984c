import { encodeSegment, type Forge } from '../../support/test-token.ts';
import { badToken, type BadToken, VALID_CLAIMS } from './bad-token.ts';

/** Returns texts that are no JSON object, or that two parsers may read differently. */
const ambiguousJson = (text: string, key: string) => ({
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

/** Returns tokens that are no compact JWS of two JSON objects and a signature of the right size. */
export function malformedTokens({ header, sign }: Forge): readonly BadToken[] {
  const valid = sign(header, VALID_CLAIMS);
  const segments = valid.split('.') as [string, string, string];
  const [head, payload, signed] = segments;
  const emptied = segments.map((_, index) => segments.with(index, '').join('.'));
  const counts = [1, 2].map((count) => segments.slice(0, count).join('.'));
  const signature = Buffer.from(signed, 'base64url');
  const signatures = {
    'of zeros': new Uint8Array(signature.length),
    'of ones': new Uint8Array(signature.length).fill(255),
    'a byte short': signature.subarray(0, -1),
    halved: signature.subarray(0, signature.length / 2),
    'a byte long': Buffer.concat([signature, new Uint8Array(1)]),
    twice: Buffer.concat([signature, signature]),
    reversed: Uint8Array.from([...signature].toReversed()),
  };
  return [
    ...Object.entries(ambiguousJson(JSON.stringify(header), 'alg')).map(([how, text]) =>
      badToken('header', `a header ${how}`, sign(text, VALID_CLAIMS)),
    ),
    ...Object.entries(ambiguousJson(JSON.stringify(VALID_CLAIMS), 'user_id')).map(([how, text]) =>
      badToken('payload', `a payload ${how}`, sign(header, text)),
    ),
    badToken('payload', 'a token in a token', sign(header, valid)),
    ...[...emptied, ...counts, '', '.', '..', '...', `${valid}.`, `.${valid}`, `${valid}.${valid}`].map((token) =>
      badToken('form', `the segments ${JSON.stringify(token.replaceAll(/[^.]+/g, 'x'))}`, token),
    ),
    badToken('form', 'a JWE', [encodeSegment({ alg: 'dir', enc: 'A256GCM' }), 'a', 'b', 'c', 'd'].join('.')),
    badToken('form', 'the JSON serialization', JSON.stringify({ protected: head, payload, signature: signed })),
    badToken('form', '5,000-deep claims', sign(header, `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`)),
    badToken('form', '64 KB', sign(header, { ...VALID_CLAIMS, padding: 'x'.repeat(65_536) })),
    ...Object.entries(signatures).map(([how, bytes]) =>
      badToken('signature', `a signature ${how}`, `${head}.${payload}.${encodeSegment(bytes)}`),
    ),
  ];
}

import { describe, expect, test } from 'vitest';
import { readBearer } from './bearer.ts';

const TOKEN = 'aB3-._~+/.x.y==';
/** `bearer` in each of its 64 mixtures of letter case. */
const SPELLINGS = Array.from({ length: 64 }, (_, bits) =>
  'bearer'
    .split('')
    .map((letter, index) => ((bits >> index) & 1 ? letter.toUpperCase() : letter))
    .join(''),
);
const BESIDE = ['Basic', 'Digest', 'DPoP', 'Token', 'JWT', 'BearerX', 'XBearer', 'Bear', 'Bearer:', 'Bearer='];
const NO_SEPARATORS = ['', '\t', '\n', '\r\n ', '\u00a0', ',', ':', ' \t', '%20'];
const NO_TOKENS = [
  '',
  ' ',
  '=',
  '==',
  'a b',
  'a,b',
  'a, Bearer b',
  'a;b',
  '"a"',
  'a=b',
  'ä',
  'a\0',
  'a\n',
  'a ',
  '{"a":1}',
];
const NO_HEADERS = ['', ' ', 'Bearer', 'Bearer ', 'bearer', TOKEN, ` Bearer ${TOKEN}`, `Bearer ${TOKEN} ${TOKEN}`];

describe('readBearer', () => {
  test('returns `absent`, not `malformed`, without a header', () => {
    expect(readBearer(undefined)).toEqual({ kind: 'absent' });
  });

  test('accepts the scheme in any letter case', () => {
    for (const scheme of SPELLINGS)
      expect(readBearer(`${scheme} ${TOKEN}`), scheme).toEqual({ kind: 'token', token: TOKEN });
  });

  test('accepts several spaces before the token', () => {
    expect(readBearer(`Bearer   ${TOKEN}`)).toEqual({ kind: 'token', token: TOKEN });
  });

  test.each([
    ...NO_HEADERS,
    ...BESIDE.map((scheme) => `${scheme} ${TOKEN}`),
    ...NO_SEPARATORS.map((separator) => `Bearer${separator}${TOKEN}`),
    ...NO_TOKENS.map((token) => `Bearer ${token}`),
    `Bearer ${TOKEN},Bearer ${TOKEN}`,
    `Bearer ${TOKEN}, Basic YTpi`,
    `Basic YTpi, Bearer ${TOKEN}`,
  ])('returns `malformed` for %j', (header) => {
    expect(readBearer(header)).toEqual({ kind: 'malformed' });
  });

  test('rejects a malformed header of a megabyte without backtracking', () => {
    expect(readBearer(`Bearer ${'a'.repeat(1_000_000)} `)).toEqual({ kind: 'malformed' });
    expect(readBearer(`Bearer${' '.repeat(1_000_000)}`)).toEqual({ kind: 'malformed' });
  });
});

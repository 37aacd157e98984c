import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeSegment, VALID_HEADER } from '../../test/support/test-token.ts';
import { parseCompact } from './compact-token.ts';

const TOKEN = `${encodeSegment(VALID_HEADER)}.${encodeSegment({ a: 1 })}.${encodeSegment('signature')}`;
const BASE64URL = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');

describe('parseCompact', () => {
  test('returns the key id and the unchanged text', () => {
    expect(parseCompact(TOKEN, 'HS256')).toEqual({ token: { text: TOKEN, kid: VALID_HEADER.kid } });
  });

  test('accepts a header in any order and with any whitespace', () => {
    const { alg, kid, typ } = VALID_HEADER;
    for (const header of [JSON.stringify({ typ, kid, alg }), JSON.stringify({ alg, kid, typ }, null, 2)])
      expect(parseCompact(`${encodeSegment(header)}.e30.AA`, 'HS256')).toHaveProperty('token.kid', kid);
  });

  test('accepts only the expected algorithm', () => {
    for (const algorithm of ['EdDSA', 'none', '', 'hs256'])
      expect(parseCompact(TOKEN, algorithm)).toEqual({ reason: 'header' });
  });

  // covers: TOKEN-06
  test('accepts at most one of two texts that decode to the same bytes', () => {
    fc.assert(
      fc.property(fc.constantFrom(0, 1, 2), fc.constantFrom(...BASE64URL), (part, last) => {
        const parts = TOKEN.split('.');
        const other = parts.with(part, `${parts[part]?.slice(0, -1)}${last}`).join('.');
        const bytes = (text: string) => text.split('.').map((each) => Buffer.from(each, 'base64url').toString('hex'));
        const isSame = bytes(other).join() === bytes(TOKEN).join();
        expect('token' in parseCompact(other, 'HS256') && isSame).toBe(other === TOKEN);
      }),
    );
  });

  // covers: TOKEN-05
  test('never throws for any text', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.base64String(), fc.jsonValue().map(encodeSegment))), (parts) => {
        expect(parseCompact(parts.join('.'), 'HS256')).toHaveProperty('reason');
      }),
    );
  });
});

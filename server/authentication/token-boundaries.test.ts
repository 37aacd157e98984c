import { describe, expect, test } from 'vitest';
import { TOKEN_TYPE } from '../../runtime/token.ts';
import { parseCompact } from './compact-token.ts';
import { verifySignature } from './signature.ts';
import { createVerifiedTokenCache, type VerifiedToken } from './verified-token-cache.ts';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const header = (alg: string) => encode({ alg, kid: 'key', typ: TOKEN_TYPE });

describe('parseCompact', () => {
  /** A token of the right form and of this length. */
  const tokenOf = (length: number) => {
    const signature = 'A'.repeat(86);
    const rest = length - header('EdDSA').length - signature.length - 2;
    const text = [header('EdDSA'), 'A'.repeat(rest), signature].join('.');
    expect(text).toHaveLength(length);
    return text;
  };
  test('accepts a token of 4,096 characters', () => {
    expect(parseCompact(tokenOf(4_096), 'EdDSA')).toMatchObject({ token: { kid: 'key' } });
  });

  test.each([4_097, 4_100])('rejects a token of %i characters', (length) => {
    expect(parseCompact(tokenOf(length), 'EdDSA')).toEqual({ reason: 'form' });
  });
});

test('verifySignature tries no other algorithm than the one of the mode, whatever the header names', async () => {
  const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
  const signed = `${header('HS256')}.${encode({ sub: 'ada' })}`;
  const signature = Buffer.from(await crypto.subtle.sign('HMAC', key, Buffer.from(signed))).toString('base64url');
  const token = `${signed}.${signature}`;
  expect(await verifySignature(token, key, 'HS256')).not.toBeNull();
  expect(await verifySignature(token, key, 'EdDSA')).toBeNull();
});

describe('a cache of verified tokens', () => {
  const verified = {} as VerifiedToken;

  test('does not grow by tokens that are only looked up', () => {
    const cache = createVerifiedTokenCache(2);
    expect(cache.get('unknown')).toBeUndefined();
    expect(cache.size).toBe(0);
  });

  test('keeps a token that was stored again, and evicts the older one', () => {
    const cache = createVerifiedTokenCache(2);
    for (const text of ['first', 'second', 'first', 'third']) cache.set(text, verified);
    expect(cache.get('second')).toBeUndefined();
    expect(cache.get('first')).toBe(verified);
  });
});

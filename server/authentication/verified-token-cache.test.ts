import { expect, test } from 'vitest';
import { keysFromSecrets } from '../../test/support/test-token.ts';
import { createVerifiedTokenCache, type VerifiedToken } from './verified-token-cache.ts';

const key = await (await keysFromSecrets({ kid: 'k', secret: new Uint8Array(32) })).find('k', 0);
if (typeof key === 'string' || 'retryAfter' in key) throw new Error('The key is not listed.');
const token = (jti: string): VerifiedToken => ({ kid: 'k', key, payload: { jti } });

test('the verified-token cache finds a token only by its exact text', () => {
  const tokens = createVerifiedTokenCache();
  tokens.set('a.b.c', token('1'));
  expect(tokens.get('a.b.c')).toEqual(token('1'));
  for (const other of ['', 'a.b.c ', 'A.b.c', 'a.b', '__proto__', 'constructor'])
    expect(tokens.get(other)).toBeUndefined();
});

test('the verified-token cache keeps at most `maxTokens`, by default 10,000', () => {
  for (const [tokens, max] of [
    [createVerifiedTokenCache(3), 3] as const,
    [createVerifiedTokenCache(), 10_000] as const,
  ]) {
    for (let count = 0; count < max + 50; count++) tokens.set(`t${count}`, token(`${count}`));
    expect(tokens.size).toBe(max);
  }
});

test('the verified-token cache evicts the least recently used token', () => {
  const tokens = createVerifiedTokenCache(2);
  tokens.set('one', token('1'));
  tokens.set('two', token('2'));
  tokens.get('one');
  tokens.set('three', token('3'));
  expect(['one', 'two', 'three'].map((text) => tokens.get(text)?.payload['jti'])).toEqual(['1', undefined, '3']);
});

test('the verified-token cache counts a token once that is set twice', () => {
  const tokens = createVerifiedTokenCache(2);
  for (const text of ['one', 'two', 'two', 'two']) tokens.set(text, token(text));
  expect(tokens.size).toBe(2);
  expect(tokens.get('one')).toBeDefined();
});

test('the verified-token cache does not return a deleted token', () => {
  const tokens = createVerifiedTokenCache();
  tokens.set('one', token('1'));
  tokens.delete('one');
  expect([tokens.size, tokens.get('one')]).toEqual([0, undefined]);
});

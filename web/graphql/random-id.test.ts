import { afterEach, expect, test, vi } from 'vitest';
import { randomId } from './random-id.ts';

afterEach(() => vi.unstubAllGlobals());

test('randomId returns 32 hexadecimal digits, other ones each time', () => {
  expect(randomId()).toMatch(/^[0-9a-f]{32}$/);
  expect(randomId()).not.toBe(randomId());
});

// covers: REACH-02
test('randomId works without crypto.randomUUID, which plain http of another host does not have', () => {
  const { getRandomValues } = crypto;
  vi.stubGlobal('crypto', { getRandomValues: getRandomValues.bind(crypto) });
  expect(randomId()).toMatch(/^[0-9a-f]{32}$/);
});

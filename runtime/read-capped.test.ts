import { describe, expect, test } from 'vitest';
import { readCapped } from './read-capped.ts';

async function* chunks(...lengths: number[]) {
  for (const length of lengths) yield new Uint8Array(length).fill(length);
}

describe('readCapped', () => {
  test('joins the chunks of a stream that has just the maximum', async () => {
    expect(await readCapped(chunks(1, 2), 3)).toEqual(Uint8Array.of(1, 2, 2));
  });

  test('returns null for one byte more', async () => {
    expect(await readCapped(chunks(1, 3), 3)).toBeNull();
  });

  test('returns no bytes for an empty body', async () => {
    expect(await readCapped(null, 3)).toHaveLength(0);
  });
});

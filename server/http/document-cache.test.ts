import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createDocumentCache, type DocumentCacheOptions } from './document-cache.ts';

const createCache = (options: Partial<DocumentCacheOptions> = {}) =>
  createDocumentCache({ isValid: () => true, ...options });
/** A document with this number of characters. */
const ofLength = (length: number) => parse('{a}'.padEnd(length, ','));

describe('createDocumentCache', () => {
  test('returns the document that was set', async () => {
    const documents = createCache();
    const document = ofLength(10);
    await documents.set('a', document);
    expect(await documents.get('a')).toBe(document);
    expect(await documents.get('b')).toBeUndefined();
  });

  // covers: HTTP-06
  test('does not keep invalid documents, and evicts no valid one for them', async () => {
    const refused = new Set([ofLength(10)]);
    const documents = createCache({ maxCharacters: 10, isValid: (document) => !refused.has(document) });
    const good = ofLength(10);
    await documents.set('good', good);
    for (const bad of refused) await documents.set('bad', bad);
    expect([await documents.get('good'), await documents.get('bad')]).toEqual([good, undefined]);
  });

  test('does not keep documents above the length limit, whatever characters make them long', async () => {
    const documents = createCache({ maxDocumentLength: 100 });
    const fillers = [',', ' ', '\n', '#', 'é'];
    for (const filler of fillers) await documents.set(filler, parse(`{a} #${filler.repeat(96)}`));
    await documents.set('just', ofLength(100));
    for (const filler of fillers) expect(await documents.get(filler)).toBeUndefined();
    expect(await documents.get('just')).toBeDefined();
  });

  test.each([
    [10, 30],
    [7, 30],
    [3, 100],
  ])(
    'keeps documents of %i characters up to %i characters together, and evicts the least recently used',
    async (size, maxCharacters) => {
      const documents = createCache({ maxCharacters });
      const keys = Array.from({ length: 50 }, (_, index) => `d${index}`);
      for (const key of keys) {
        await documents.set(key, ofLength(size));
        await documents.get('d0');
      }
      const kept: string[] = [];
      for (const key of keys) if ((await documents.get(key)) !== undefined) kept.push(key);
      const count = Math.floor(maxCharacters / size);
      expect(kept).toEqual(['d0', ...keys.slice(51 - count)]);
    },
  );

  test('counts a document once that is set repeatedly', async () => {
    const documents = createCache({ maxCharacters: 20 });
    const other = ofLength(10);
    await documents.set('other', other);
    for (let times = 0; times < 10; times++) await documents.set('same', ofLength(10));
    expect(await documents.get('other')).toBe(other);
    await documents.delete('same');
    await documents.set('third', ofLength(10));
    expect(await documents.get('other')).toBe(other);
  });

  test('does not keep a document without its source, which cannot be measured', async () => {
    const documents = createCache();
    await documents.set('a', parse('{a}', { noLocation: true }));
    expect(await documents.get('a')).toBeUndefined();
  });
});

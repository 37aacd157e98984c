import { parse } from 'graphql';
import { describe, expect, test } from 'vitest';
import { createDocumentCache, type DocumentCacheOptions } from './document-cache.ts';

const store = (options: Partial<DocumentCacheOptions> = {}) => createDocumentCache({ isValid: () => true, ...options });
/** A document of exactly so many characters. */
const ofLength = (length: number) => parse('{a}'.padEnd(length, ','));

describe('parsed documents', () => {
  test('are found again as they are', async () => {
    const documents = store();
    const document = ofLength(10);
    await documents.set('a', document);
    expect(await documents.get('a')).toBe(document);
    expect(await documents.get('b')).toBeUndefined();
  });

  // covers: HTTP-06
  test('that are refused take no room, and push no other out', async () => {
    const refused = new Set([ofLength(10)]);
    const documents = store({ maxCharacters: 10, isValid: (document) => !refused.has(document) });
    const good = ofLength(10);
    await documents.set('good', good);
    for (const bad of refused) await documents.set('bad', bad);
    expect([await documents.get('good'), await documents.get('bad')]).toEqual([good, undefined]);
  });

  test('that are long by themselves are not kept, whatever they are long of', async () => {
    const documents = store({ maxDocumentLength: 100 });
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
    'of %i characters each are kept up to %i characters together: the longest unused goes first',
    async (size, maxCharacters) => {
      const documents = store({ maxCharacters });
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

  test('count once, however often they come', async () => {
    const documents = store({ maxCharacters: 20 });
    const other = ofLength(10);
    await documents.set('other', other);
    for (let times = 0; times < 10; times++) await documents.set('same', ofLength(10));
    expect(await documents.get('other')).toBe(other);
    await documents.delete('same');
    await documents.set('third', ofLength(10));
    expect(await documents.get('other')).toBe(other);
  });

  test('without their text cannot be measured, and are not kept', async () => {
    const documents = store();
    await documents.set('a', parse('{a}', { noLocation: true }));
    expect(await documents.get('a')).toBeUndefined();
  });
});

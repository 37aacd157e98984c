import { describe, expect, test } from 'vitest';
import { isJsonObject, readBody } from './request-body.ts';

const post = (body: ReadableStream | string, headers: Record<string, string> = {}) =>
  new Request('http://localhost/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);

/** An endless body that counts its reads. */
function endless() {
  const reads = { count: 0 };
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      reads.count += 1;
      controller.enqueue(new Uint8Array(1_000));
    },
  });
  return { reads, body };
}

test('readBody returns the bytes', async () => {
  await expect(readBody(post('{"a":1}'), 7)).resolves.toEqual(new TextEncoder().encode('{"a":1}'));
});

test('readBody returns no bytes for an empty body', async () => {
  await expect(readBody(new Request('http://localhost/', { method: 'POST' }), 7)).resolves.toHaveLength(0);
});

test('readBody returns null for one byte more than the maximum', async () => {
  await expect(readBody(post('{"a":12}'), 7)).resolves.toBeNull();
});

// covers: ACCOUNT-08
test('readBody returns null without reading if the Content-Length is too large', async () => {
  const { reads, body } = endless();
  await expect(readBody(post(body, { 'content-length': '20000000' }), 65_536)).resolves.toBeNull();
  expect(reads.count).toBeLessThan(3);
});

// covers: ACCOUNT-08
test('readBody stops reading an endless body', async () => {
  const { reads, body } = endless();
  await expect(readBody(post(body), 10_000)).resolves.toBeNull();
  expect(reads.count).toBeLessThan(20);
});

describe('isJsonObject', () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  test.each(['', '{}', ' {"a":"b"}\n', '{"a":1,"b":true,"c":null}', '{"constructor":"x"}'])(
    'isJsonObject accepts an empty body and an object of plain values: %j',
    (text) => {
      expect(isJsonObject(bytes(text))).toBe(true);
    },
  );

  // covers: ACCOUNT-09
  test.each([
    'null',
    '1',
    '"x"',
    'true',
    '[]',
    '[{}]',
    '{',
    '{}{}',
    'x',
    '{"a":{}}',
    '{"a":[]}',
    '{"a":["b"]}',
    '{"__proto__":{"a":1}}',
    `{"a":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_001)}`,
    `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
  ])('isJsonObject rejects %.40s', (text) => {
    expect(isJsonObject(bytes(text))).toBe(false);
  });

  test('isJsonObject rejects invalid UTF-8', () => {
    expect(isJsonObject(Uint8Array.from([...bytes('{"a":"'), 0xff, ...bytes('"}')]))).toBe(false);
  });

  test('isJsonObject accepts objects and lists up to the given number of levels', () => {
    const nested = bytes('{"a":{"b":[1]}}');
    expect([1, 2, 3].map((levels) => isJsonObject(nested, levels))).toEqual([false, false, true]);
    expect(isJsonObject(bytes(`{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`), 4)).toBe(false);
    expect(isJsonObject(bytes('[{}]'), 4)).toBe(false);
  });
});

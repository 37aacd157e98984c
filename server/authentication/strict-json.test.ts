import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJsonObject } from './strict-json.ts';

const read = (text: string) => readJsonObject(Buffer.from(text));
/** Returns a key with every character as a JSON escape. */
const escaped = (key: string) =>
  key
    .split('')
    .map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('');

describe('readJsonObject', () => {
  // covers: TOKEN-05
  test('parses every object that JSON.stringify writes', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const text = JSON.stringify(object);
        expect(read(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  test('ignores structural characters inside strings', () => {
    for (const text of ['{"a":"{\\"a\\":1,\\"a\\":2}"}', '{"a\\"b":1,"b":2}', '{"\\\\":1,"a":2}', '{"a":":","b":","}'])
      expect(read(text)).toEqual(JSON.parse(text));
  });

  test('accepts one key in several objects', () => {
    for (const text of [
      '{"a":{"a":{"a":1}}}',
      '{"a":[{"a":1},{"a":2}]}',
      '{"b":{"a":1},"a":{"b":1}}',
      '{"a":["a","a"]}',
    ])
      expect(read(text)).toEqual(JSON.parse(text));
  });

  const wrapped = (object: string) => [
    object,
    `{"x":${object}}`,
    `{"x":[0,${object}]}`,
    `{"x":[[],[${object}]],"y":1}`,
  ];
  test.each(
    ['a', 'user_id', 'é', '"', '\\', '__proto__', ''].flatMap((key) => {
      const plain = JSON.stringify(key);
      const spellings =
        key === '' ? [plain] : [plain, `"${escaped(key)}"`, `"${escaped(key).toUpperCase().replaceAll('\\U', '\\u')}"`];
      return spellings.flatMap((again) => wrapped(`{${plain}:1,"between":{"z":[]}, ${again} :2}`));
    }),
  )('rejects the duplicate key in %s', (text) => {
    expect(() => JSON.parse(text)).not.toThrow();
    expect(read(text)).toBeNull();
  });

  test.each([
    '',
    ' ',
    'null',
    'true',
    '0',
    '"a"',
    '[]',
    '[{"a":1}]',
    '{',
    '{"a":1}}',
    '{"a":1},',
    "{'a':1}",
    '{a:1}',
    '{"a":NaN}',
  ])('rejects %j, which is not a JSON object', (text) => {
    expect(read(text)).toBeNull();
  });

  test.each(['\ufeff{}', '\ufeff{"a":1}', '{"a":1}\ufeff'])('rejects the byte order mark in %j', (text) => {
    expect(read(text)).toBeNull();
  });

  test.each([
    ['a lone continuation byte', [0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['beyond the last code point', [0xf4, 0x90, 0x80, 0x80]],
    ['a truncated sequence', [0xe2, 0x82]],
    ['a byte that UTF-8 never uses', [0xff]],
  ])('rejects bytes that are not UTF-8: %s', (_, bytes) => {
    const around = (inside: readonly number[]) =>
      Buffer.concat([Buffer.from('{"a":"'), Uint8Array.from(inside), Buffer.from('"}')]);
    expect(readJsonObject(around([0x41]))).toEqual({ a: 'A' });
    expect(readJsonObject(around(bytes))).toBeNull();
  });
});

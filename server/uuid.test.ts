import { describe, expect, test } from 'vitest';
import { generateUuidV7, isCanonicalUuid } from './uuid.ts';

const ZEROS = new Uint8Array(10);
const ONES = new Uint8Array(10).fill(255);

describe('generateUuidV7', () => {
  test('generateUuidV7 has the layout of RFC 9562 §5.7: 48 bits of time, version, random, variant, random', () => {
    expect(generateUuidV7(0, ZEROS)).toBe('00000000-0000-7000-8000-000000000000');
    expect(generateUuidV7(2 ** 48 - 1, ONES)).toBe('ffffffff-ffff-7fff-bfff-ffffffffffff');
    // The example of RFC 9562, appendix A.6.
    const random = Buffer.from('0cc318c4dc0c0c07398f', 'hex');
    expect(generateUuidV7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
  });

  test('generateUuidV7 returns ids whose text sorts by time, whatever the random bits', () => {
    const times = [0, 1, 255, 256, 2 ** 31, 2 ** 32, 1_700_000_000_000, 1_700_000_000_001, 2 ** 48 - 1];
    for (const [index, time] of times.slice(1).entries())
      expect(generateUuidV7(times[index] ?? 0, ONES) < generateUuidV7(time, ZEROS), `${time}`).toBe(true);
  });

  test('generateUuidV7 returns unique ids within one millisecond', () => {
    expect(new Set(Array.from({ length: 10_000 }, () => generateUuidV7(1))).size).toBe(10_000);
  });

  test('generateUuidV7 does not modify the random bytes that it is passed', () => {
    const random = new Uint8Array(10).fill(170);
    generateUuidV7(0, random);
    expect(random).toEqual(new Uint8Array(10).fill(170));
  });
});

describe('isCanonicalUuid', () => {
  const id = generateUuidV7(1_700_000_000_000, ONES);

  test('isCanonicalUuid accepts generated ids, and UUIDs of other versions', () => {
    for (const known of [id, generateUuidV7(), '00000000-0000-0000-0000-000000000000'])
      expect(isCanonicalUuid(known)).toBe(true);
  });

  test.each([
    ['capitals', id.toUpperCase()],
    ['one capital', id.replace('f', 'F')],
    ['braces', `{${id}}`],
    ['no hyphens', id.replaceAll('-', '')],
    ['a hyphen elsewhere', id.replace('-', '').replace(/^(.{4})/, '$1-')],
    ['a space before', ` ${id}`],
    ['a space after', `${id} `],
    ['a line feed after', `${id}\n`],
    ['NUL after', `${id}\0`],
    ['a URN', `urn:uuid:${id}`],
    ['one digit less', id.slice(0, -1)],
    ['one digit more', `${id}0`],
    ['a letter that is not a hexadecimal digit', id.replace('f', 'g')],
    ['full-width digits', id.replace('1', '１')],
    ['two ids', `${id},${id}`],
    ['nothing', ''],
  ])('isCanonicalUuid rejects another spelling: %s', (_, text) => {
    expect(isCanonicalUuid(text)).toBe(false);
  });
});

import { expect, test } from 'vitest';
import { parseWalPosition } from './wal-position.ts';

test.each([
  ['0/0', 0n],
  ['0/16B3748', 0x16b3748n],
  ['16/B374D848', 0x16b374d848n],
  ['FFFFFFFF/FFFFFFFF', 2n ** 64n - 1n],
])('parses %s', (text, position) => {
  expect(parseWalPosition(text)).toBe(position);
});

test.each([null, undefined, '', '/', '0', '0/', '1/123456789', '0x1/2', '0/G', ' 0/1', '0/1\n'])(
  'returns null for %j',
  (text) => {
    expect(parseWalPosition(text)).toBeNull();
  },
);

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createPositionSealer, POSITION_LIFETIME } from './sealed-position.ts';

const SECRET = 'a secret of at least thirty-two characters';
const VIEWER = '01900000-0000-7000-8000-00000000000a';
const OTHER = '01900000-0000-7000-8000-00000000000b';
const NOW = 1_800_000_000;
const sealerAt = (now: number, secret = SECRET) => createPositionSealer(secret, () => now);
const positions = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });

// covers: REPL-03
describe('createPositionSealer', () => {
  test('a viewer’s position opens as what was sealed, until it expires', () => {
    fc.assert(
      fc.property(positions, fc.integer({ min: 0, max: POSITION_LIFETIME - 1 }), (position, age) => {
        expect(sealerAt(NOW + age).open(VIEWER, sealerAt(NOW).seal(VIEWER, position))).toBe(position);
      }),
    );
    const sealed = sealerAt(NOW).seal(VIEWER, 1n);
    for (const age of [POSITION_LIFETIME, POSITION_LIFETIME + 1, 86_400])
      expect(sealerAt(NOW + age).open(VIEWER, sealed)).toBeNull();
  });

  test('a position of another viewer or another secret does not open', () => {
    fc.assert(
      fc.property(positions, (position) => {
        const sealed = sealerAt(NOW).seal(VIEWER, position);
        expect(sealerAt(NOW).open(OTHER, sealed)).toBeNull();
        expect(sealerAt(NOW, `${SECRET}.`).open(VIEWER, sealed)).toBeNull();
      }),
    );
  });

  test('a position with any bit flipped, cut at any length, or with anything added does not open', () => {
    const sealed = sealerAt(NOW).seal(VIEWER, 0x16b3748n);
    for (let at = 0; at < sealed.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const flipped = String.fromCharCode(sealed.charCodeAt(at) ^ (1 << bit));
        expect(sealerAt(NOW).open(VIEWER, sealed.slice(0, at) + flipped + sealed.slice(at + 1))).toBeNull();
      }
      expect(sealerAt(NOW).open(VIEWER, sealed.slice(0, at))).toBeNull();
      expect(sealerAt(NOW).open(VIEWER, sealed.slice(at + 1))).toBeNull();
    }
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (text) => {
        expect(sealerAt(NOW).open(VIEWER, sealed + text)).toBeNull();
        expect(sealerAt(NOW).open(VIEWER, text + sealed)).toBeNull();
        expect(sealerAt(NOW).open(VIEWER, text)).toBeNull();
      }),
    );
  });

  test('the text of a later position is greater, so that a client can keep the later of two', () => {
    fc.assert(
      fc.property(positions, positions, (a, b) => {
        fc.pre(a < b);
        expect(sealerAt(NOW + 10).seal(VIEWER, a) < sealerAt(NOW).seal(VIEWER, b)).toBe(true);
      }),
    );
  });
});

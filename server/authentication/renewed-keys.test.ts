import { describe, expect, test } from 'vitest';
import { JWKS_LIMITS } from './jwks.ts';
import type { KeyMaterial } from './keys.ts';
import { renewedKeys } from './renewed-keys.ts';

const listed = (...kids: readonly string[]): readonly KeyMaterial[] =>
  kids.map((kid) => ({ kid, material: Buffer.alloc(32, 1).toString('base64url') }));

/** Keys whose source answers as `answer` says at the moment, and the moments at which it was asked. */
function renewed(answer: { load: (now: number) => Promise<readonly KeyMaterial[]> }) {
  const asked: number[] = [];
  const failures: unknown[] = [];
  let clock = 0;
  const keys = renewedKeys({
    algorithm: 'HS256',
    load: () => {
      asked.push(clock);
      return answer.load(clock);
    },
    limits: JWKS_LIMITS,
    onFailure: (error) => failures.push(error),
  });
  /** Asks at a moment, and lets a load that was begun behind the asker's back come to its end. */
  const find = async (kid: string, now: number) => {
    clock = now;
    const found = await keys.find(kid, now);
    await new Promise(setImmediate);
    return typeof found === 'string' ? found : 'found';
  };
  return { find, asked, failures };
}
const answering = (...kids: readonly string[]) => ({ load: async () => listed(...kids) });
const AWAY = async () => {
  throw new Error('away');
};

describe('keys that are renewed', () => {
  test('are asked for once, when they are first needed', async () => {
    const { find, asked } = renewed(answering('a', 'b'));
    expect(asked).toEqual([]);
    expect([await find('a', 0), await find('b', 0), await find('a', 29)]).toEqual(['found', 'found', 'found']);
    expect(asked).toEqual([0]);
  });

  test('are asked for by one alone, however many wait', async () => {
    const { find, asked } = renewed(answering('a'));
    const found = await Promise.all(Array.from({ length: 100 }, (_, index) => find(index % 2 ? 'a' : `b${index}`, 0)));
    expect([new Set(found), asked]).toEqual([new Set(['found', 'unknown']), [0]]);
  });

  test('are renewed behind the back of whoever asks, every 30 s', async () => {
    const source = answering('a');
    const { find, asked } = renewed(source);
    await find('a', 0);
    source.load = () => new Promise(() => {});
    expect(await find('a', 30)).toBe('found');
    expect(asked).toEqual([0, 30]);
  });

  test('a new key is known as soon as somebody shows it', async () => {
    const source = answering('a');
    const { find } = renewed(source);
    await find('a', 0);
    source.load = async () => listed('a', 'b');
    expect(await find('b', 10)).toBe('found');
  });

  test('a deleted key is refused 60 s later at most: in use, after a quiet hour, and under a flood', async () => {
    for (const uses of [every(1), every(7), every(29), every(54), [100, 3_600], [58]])
      for (const flood of [[], [0, 5], [0, 5, 61], every(1)]) {
        const source = answering('a');
        const { find } = renewed(source);
        await find('a', 0);
        const deletedAt = 5.5;
        for (const now of [...uses, ...flood, 65.5].toSorted((one, other) => one - other)) {
          if (now > deletedAt) source.load = async () => [];
          if (flood.includes(now)) await find(`invented-${now}`, now);
          if (now >= deletedAt + 60) expect(await find('a', now), `at ${now}`).toBe('unknown');
          else await find('a', now);
        }
      }
  });

  test('under a flood of invented ids the source is asked twice in any minute, and not more', async () => {
    for (const source of [answering('a'), { load: AWAY }]) {
      const { find, asked } = renewed(source);
      for (let now = 0; now < 600; now++)
        await Promise.all(Array.from({ length: 5 }, (_, index) => find(`invented-${now}-${index}`, now)));
      for (const start of asked) {
        const inMinute = asked.filter((at) => at >= start && at <= start + 60);
        expect(inMinute.length, `from ${start}`).toBeLessThanOrEqual(2);
      }
      expect(asked.length).toBeGreaterThan(15);
    }
  });
});

describe('while the source is away', () => {
  test('the keys known before serve on, without end, and nobody waits for them', async () => {
    const source = answering('a');
    const { find, failures } = renewed(source);
    await find('a', 0);
    source.load = AWAY;
    for (const now of [30, 36, 100, 86_400]) expect(await find('a', now)).toBe('found');
    expect(failures.length).toBeGreaterThan(2);
    source.load = () => new Promise(() => {});
    expect(await find('a', 100_000)).toBe('found');
  });

  test('a key that was never seen is neither good nor bad', async () => {
    const source = answering('a');
    const { find } = renewed(source);
    await find('a', 0);
    source.load = AWAY;
    expect(await find('b', 40)).toBe('unavailable');
    expect(await renewed({ load: AWAY }).find('a', 0)).toBe('unavailable');
  });

  test('and back: what it says counts again, from the next time that it is asked', async () => {
    const source: { load: () => Promise<readonly KeyMaterial[]> } = { load: AWAY };
    const { find } = renewed(source);
    expect(await find('a', 0)).toBe('unavailable');
    source.load = async () => listed('a');
    expect(await find('a', 4)).toBe('unavailable');
    expect(await find('a', 5)).toBe('found');
    expect(await find('b', 5)).toBe('unknown');
  });

  test('an empty list is no outage: all keys have been deleted', async () => {
    const source = answering('a');
    const { find } = renewed(source);
    await find('a', 0);
    source.load = async () => [];
    await find('a', 31);
    expect(await find('a', 32)).toBe('unknown');
  });
});

test('a clock that is set back keeps nobody from loading', async () => {
  const source = answering('a');
  const { find, asked } = renewed(source);
  await find('a', 10_000);
  source.load = async () => listed('b');
  await find('b', 9_000);
  expect([await find('b', 9_001), asked]).toEqual(['found', [10_000, 9_000]]);
});

function every(seconds: number): readonly number[] {
  return Array.from({ length: Math.floor(130 / seconds) }, (_, index) => (index + 1) * seconds);
}

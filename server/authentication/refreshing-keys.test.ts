import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JWKS_LIMITS } from './jwks.ts';
import type { KeyMaterial } from './verification-keys.ts';
import { refreshingKeys } from './refreshing-keys.ts';

const listed = (...kids: readonly string[]): readonly KeyMaterial[] =>
  kids.map((kid) => ({ kid, material: Buffer.alloc(32, 1).toString('base64url') }));

/** Creates refreshing keys over a source that a test can change; `loads` are the times of its loads. */
function setUp(source: { load: (now: number) => Promise<readonly KeyMaterial[]> }) {
  const loads: number[] = [];
  const failures: unknown[] = [];
  let clock = 0;
  const keys = refreshingKeys({
    algorithm: 'HS256',
    load: () => {
      loads.push(clock);
      return source.load(clock);
    },
    limits: JWKS_LIMITS,
    onFailure: (error) => failures.push(error),
  });
  /** Finds a key at a time, and waits for a background load that it started. */
  const find = async (kid: string, now: number) => {
    clock = now;
    const found = await keys.find(kid, now);
    await new Promise(setImmediate);
    if (typeof found === 'string') return found;
    return 'retryAfter' in found ? 'unavailable' : 'found';
  };
  return { keys, find, loads, failures };
}
const sourceOf = (...kids: readonly string[]) => ({ load: async () => listed(...kids) });
const UNAVAILABLE = async () => {
  throw new Error('away');
};

describe('refreshingKeys', () => {
  test('loads the keys once, on first use', async () => {
    const { find, loads } = setUp(sourceOf('a', 'b'));
    expect(loads).toEqual([]);
    expect([await find('a', 0), await find('b', 0), await find('a', 29)]).toEqual(['found', 'found', 'found']);
    expect(loads).toEqual([0]);
  });

  test('starts one load for a hundred waiting requests', async () => {
    const { find, loads } = setUp(sourceOf('a'));
    const found = await Promise.all(Array.from({ length: 100 }, (_, index) => find(index % 2 ? 'a' : `b${index}`, 0)));
    expect([new Set(found), loads]).toEqual([new Set(['found', 'unknown']), [0]]);
  });

  test('reloads in the background after 30 s', async () => {
    const source = sourceOf('a');
    const { find, loads } = setUp(source);
    await find('a', 0);
    source.load = () => new Promise(() => {});
    expect(await find('a', 30)).toBe('found');
    expect(loads).toEqual([0, 30]);
  });

  test('finds a new key on the first request with it', async () => {
    const source = sourceOf('a');
    const { find } = setUp(source);
    await find('a', 0);
    source.load = async () => listed('a', 'b');
    expect(await find('b', 10)).toBe('found');
  });

  // covers: EDGE-06
  test('does not find a deleted key after 60 s: in use, after an idle hour, and during a flood', async () => {
    for (const uses of [every(1), every(7), every(29), every(54), [100, 3_600], [58]])
      for (const flood of [[], [0, 5], [0, 5, 61], every(1)]) {
        const source = sourceOf('a');
        const { find } = setUp(source);
        await find('a', 0);
        const deletedAt = 5.5;
        for (const now of [...uses, ...flood, 65.5].toSorted((one, other) => one - other)) {
          if (now > deletedAt) source.load = async () => [];
          if (flood.includes(now)) await find(`invented-${now}`, now);
          if (now >= deletedAt + 60) expect(await find('a', now), `at ${now}`).not.toBe('found');
          else await find('a', now);
        }
      }
  });

  // covers: TOKEN-04
  test('loads at most twice in any minute during a flood of invented key ids', async () => {
    for (const source of [sourceOf('a'), { load: UNAVAILABLE }]) {
      const { find, loads } = setUp(source);
      for (let now = 0; now < 600; now++)
        await Promise.all(Array.from({ length: 5 }, (_, index) => find(`invented-${now}-${index}`, now)));
      for (const start of loads) {
        const inMinute = loads.filter((at) => at >= start && at <= start + 60);
        expect(inMinute.length, `from ${start}`).toBeLessThanOrEqual(2);
      }
      expect(loads.length).toBeGreaterThan(15);
    }
  });
});

describe('a key that is not in the current list', () => {
  test('is unknown if the list was requested after the token arrived', async () => {
    const { find, loads } = setUp(sourceOf('a'));
    await find('a', 0);
    expect(await find('b', 10)).toBe('unknown');
    expect(loads).toEqual([0, 10]);
  });

  test.each([
    ['published', ['a']],
    ['published again', ['a', 'b']],
  ])('and was %s after the two loads of the minute is unavailable until the next load', async (_, first) => {
    const source = sourceOf(...first);
    const { keys, find } = setUp(source);
    await find('a', 0);
    source.load = async () => listed('a');
    expect(await find('invented', 5)).toBe('unknown');
    source.load = async () => listed('a', 'b');
    for (const now of [5.001, 6, 30, 55]) expect(await find('b', now), `at ${now}`).toBe('unavailable');
    expect(await keys.find('b', 20)).toEqual({ retryAfter: 41 });
    expect(await find('b', 61)).toBe('found');
  });

  test('is unknown for a request that retries after `retryAfter`', async () => {
    for (const loads of [[0], [0, 5], [0, 17.25], [0, 59.5]])
      for (const wait of [0.001, 1, 4.9, 5, 20.5]) {
        const { keys, find } = setUp(sourceOf('a'));
        for (const at of loads) await find(`invented-${at}`, at);
        const now = (loads.at(-1) ?? 0) + wait;
        const found = await keys.find('b', now);
        const retryAfter = typeof found === 'object' && 'retryAfter' in found ? found.retryAfter : 0;
        if (retryAfter > 0) expect(await find('b', now + retryAfter), `${loads.join()} and ${wait}`).toBe('unknown');
        else expect(found).toBe('unknown');
      }
  });

  test('is unknown without a load if the key id is invalid or the token is not plausible', async () => {
    const { keys, loads } = setUp(sourceOf('a'));
    await keys.find('a', 0);
    for (const kid of ['', ' ', '../a', 'a\0', 'x'.repeat(65), '{}']) expect(await keys.find(kid, 10)).toBe('unknown');
    expect(await keys.find('b', 10, () => false)).toBe('unknown');
    expect(loads).toEqual([0]);
  });

  test('is unavailable if the only load that lacks it was pending when the token arrived', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly KeyMaterial[]>();
    const source: { load: () => Promise<readonly KeyMaterial[]> } = { load: () => promise };
    const { find } = setUp(source);
    const early = find('b', 0);
    source.load = async () => listed('a', 'b');
    const late = find('b', 0.01);
    resolve(listed('a'));
    expect(await Promise.all([early, late])).toEqual(['unknown', 'unavailable']);
  });
});

describe('refreshingKeys under random publications, requests and outages', () => {
  const KIDS = ['a', 'b', 'c', 'invented-1', 'invented-2'];
  const published = fc.subarray(KIDS.slice(0, 3));
  const requests = fc.array(fc.constantFrom(...KIDS), { maxLength: 4 });
  const step = fc.record({
    /** Quarters of a second. */
    advance: fc.oneof(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 400 })),
    published,
    requests,
    /** The publication and the requests while the loads of this step are pending. */
    meanwhile: fc.option(fc.record({ published, requests }), { nil: undefined }),
    isUnavailable: fc.boolean(),
  });

  type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

  /** Runs the steps, and returns the results that the model forbids. */
  async function run(steps: readonly Step[], outages: boolean): Promise<readonly string[]> {
    let now = 1_000;
    let isDown = false;
    let current: readonly string[] = [];
    /** When each key was last published. */
    const seen = new Map<string, number>();
    const wrong: string[] = [];
    const loadTimes: number[] = [];
    const { keys } = setUp({
      load: async () => {
        loadTimes.push(now);
        const answer = isDown ? null : listed(...current);
        await new Promise(setImmediate);
        if (answer === null) throw new Error('away');
        return answer;
      },
    });
    const publish = (kids: readonly string[]) => {
      for (const kid of current) seen.set(kid, now);
      current = kids;
    };
    const request = async (kid: string) => {
      const [at, isListed] = [now, current.includes(kid)];
      const found = await keys.find(kid, at);
      if (found === 'unknown' && isListed) wrong.push(`at ${at}: ${kid} is listed and was unknown`);
      if (typeof found === 'object' && 'type' in found && !isListed && !outages && at - (seen.get(kid) ?? 0) >= 60)
        wrong.push(`at ${at}: ${kid} is not listed since ${seen.get(kid)} and was found`);
    };
    for (const { advance, published: before, requests: first, meanwhile, isUnavailable } of steps) {
      now += advance / 4;
      isDown = outages && isUnavailable;
      publish(before);
      const results = first.map(request);
      now += 0.001;
      if (meanwhile) publish(meanwhile.published);
      results.push(...(meanwhile?.requests ?? []).map(request));
      await Promise.all(results);
      await new Promise(setImmediate);
    }
    for (const start of loadTimes)
      if (loadTimes.filter((at) => at >= start && at <= start + 60).length > 2)
        wrong.push(`more than two loads in the minute from ${start}`);
    return wrong;
  }

  // covers: TOKEN-02
  test.each([
    ['without outages', false],
    ['with outages of the source', true],
  ])(
    '%s: no listed key is unknown, no key is found 60 s after its removal, at most two loads a minute',
    async (_, outages) => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
          expect(await run(steps, outages)).toEqual([]);
        }),
        { numRuns: 500 },
      );
    },
    60_000,
  );
});

describe('refreshingKeys during an outage of the source', () => {
  test('finds the keys of the last load without a time limit and without waiting', async () => {
    const source = sourceOf('a');
    const { find, failures } = setUp(source);
    await find('a', 0);
    source.load = UNAVAILABLE;
    for (const now of [30, 36, 100, 86_400]) expect(await find('a', now)).toBe('found');
    expect(failures.length).toBeGreaterThan(2);
    source.load = () => new Promise(() => {});
    expect(await find('a', 100_000)).toBe('found');
  });

  test('is unavailable for a key that was never loaded', async () => {
    const source = sourceOf('a');
    const { find } = setUp(source);
    await find('a', 0);
    source.load = UNAVAILABLE;
    expect(await find('b', 40)).toBe('unavailable');
    expect(await setUp({ load: UNAVAILABLE }).find('a', 0)).toBe('unavailable');
  });

  test('uses the source again at the next load after the outage', async () => {
    const source: { load: () => Promise<readonly KeyMaterial[]> } = { load: UNAVAILABLE };
    const { find } = setUp(source);
    expect(await find('a', 0)).toBe('unavailable');
    source.load = async () => listed('a');
    expect(await find('a', 4)).toBe('unavailable');
    expect(await find('a', 5)).toBe('found');
    expect(await find('b', 5)).toBe('unknown');
  });

  test('is not assumed for an empty list: all keys have been deleted', async () => {
    const source = sourceOf('a');
    const { find } = setUp(source);
    await find('a', 0);
    source.load = async () => [];
    await find('a', 31);
    expect(await find('a', 31)).toBe('unknown');
  });
});

// covers: OPS-17
test('refreshingKeys loads new keys after the clock was set back', async () => {
  const source = sourceOf('a');
  const { find, loads } = setUp(source);
  await find('a', 10_000);
  source.load = async () => listed('b');
  await find('b', 9_000);
  expect([await find('b', 9_001), loads]).toEqual(['found', [10_000, 9_000]]);
});

function every(seconds: number): readonly number[] {
  return Array.from({ length: Math.floor(130 / seconds) }, (_, index) => (index + 1) * seconds);
}

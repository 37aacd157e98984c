import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { JWKS_LIMITS } from './jwks.ts';
import type { KeyMaterial } from './verification-keys.ts';
import { refreshingKeys } from './refreshing-keys.ts';

const listed = (...kids: readonly string[]): readonly KeyMaterial[] =>
  kids.map((kid) => ({ kid, material: Buffer.alloc(32, 1).toString('base64url') }));

/** Keys whose source answers as `answer` says at the moment, and the moments at which it was asked. */
function renewed(answer: { load: (now: number) => Promise<readonly KeyMaterial[]> }) {
  const asked: number[] = [];
  const failures: unknown[] = [];
  let clock = 0;
  const keys = refreshingKeys({
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
    if (typeof found === 'string') return found;
    return 'retryAfter' in found ? 'unavailable' : 'found';
  };
  return { keys, find, asked, failures };
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

  // covers: EDGE-06
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
          if (now >= deletedAt + 60) expect(await find('a', now), `at ${now}`).not.toBe('found');
          else await find('a', now);
        }
      }
  });

  // covers: TOKEN-04
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

describe('a key that is not in the list that was loaded last', () => {
  test('is unknown if the list was asked for after the token arrived', async () => {
    const { find, asked } = renewed(answering('a'));
    await find('a', 0);
    expect(await find('b', 10)).toBe('unknown');
    expect(asked).toEqual([0, 10]);
  });

  test.each([
    ['published anew', ['a']],
    ['published again', ['a', 'b']],
  ])('and was %s after the two loads of the minute is neither good nor bad until the next load', async (_, first) => {
    const source = answering(...first);
    const { keys, find } = renewed(source);
    await find('a', 0);
    source.load = async () => listed('a');
    expect(await find('invented', 5)).toBe('unknown');
    source.load = async () => listed('a', 'b');
    for (const now of [5.001, 6, 30, 55]) expect(await find('b', now), `at ${now}`).toBe('unavailable');
    expect(await keys.find('b', 20)).toEqual({ retryAfter: 41 });
    expect(await find('b', 61)).toBe('found');
  });

  test('is told for certain to whoever asks again when they were told to', async () => {
    for (const loads of [[0], [0, 5], [0, 17.25], [0, 59.5]])
      for (const wait of [0.001, 1, 4.9, 5, 20.5]) {
        const { keys, find } = renewed(answering('a'));
        for (const at of loads) await find(`invented-${at}`, at);
        const now = (loads.at(-1) ?? 0) + wait;
        const found = await keys.find('b', now);
        const retryAfter = typeof found === 'object' && 'retryAfter' in found ? found.retryAfter : 0;
        if (retryAfter > 0) expect(await find('b', now + retryAfter), `${loads.join()} and ${wait}`).toBe('unknown');
        else expect(found).toBe('unknown');
      }
  });

  test('is unknown without a load where no key can have the id, or no key can make the token good', async () => {
    const { keys, asked } = renewed(answering('a'));
    await keys.find('a', 0);
    for (const kid of ['', ' ', '../a', 'a\0', 'x'.repeat(65), '{}']) expect(await keys.find(kid, 10)).toBe('unknown');
    expect(await keys.find('b', 10, () => false)).toBe('unknown');
    expect(asked).toEqual([0]);
  });

  test('is not unknown because a load lacks it that was under way when its token arrived', async () => {
    const { promise, resolve } = Promise.withResolvers<readonly KeyMaterial[]>();
    const source: { load: () => Promise<readonly KeyMaterial[]> } = { load: () => promise };
    const { find } = renewed(source);
    const early = find('b', 0);
    source.load = async () => listed('a', 'b');
    const late = find('b', 0.01);
    resolve(listed('a'));
    expect(await Promise.all([early, late])).toEqual(['unknown', 'unavailable']);
  });
});

describe('whatever is published and asked, in whatever order', () => {
  const KIDS = ['a', 'b', 'c', 'invented-1', 'invented-2'];
  const published = fc.subarray(KIDS.slice(0, 3));
  const asks = fc.array(fc.constantFrom(...KIDS), { maxLength: 4 });
  const step = fc.record({
    /** Quarters of a second. */
    advance: fc.oneof(fc.integer({ min: 1, max: 24 }), fc.integer({ min: 1, max: 400 })),
    published,
    asks,
    /** What is published while the loads of this step are under way, and asked for then. */
    meanwhile: fc.option(fc.record({ published, asks }), { nil: undefined }),
    isAway: fc.boolean(),
  });

  type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

  /** Runs the steps, and tells of each answer that the model forbids. */
  async function run(steps: readonly Step[], outages: boolean): Promise<readonly string[]> {
    let now = 1_000;
    let isAway = false;
    let current: readonly string[] = [];
    /** When each key was last published. */
    const seen = new Map<string, number>();
    const wrong: string[] = [];
    const moments: number[] = [];
    const { keys } = renewed({
      load: async () => {
        moments.push(now);
        const answer = isAway ? null : listed(...current);
        await new Promise(setImmediate);
        if (answer === null) throw new Error('away');
        return answer;
      },
    });
    const publish = (kids: readonly string[]) => {
      for (const kid of current) seen.set(kid, now);
      current = kids;
    };
    const ask = async (kid: string) => {
      const [at, isListed] = [now, current.includes(kid)];
      const found = await keys.find(kid, at);
      if (found === 'unknown' && isListed) wrong.push(`at ${at}: ${kid} is listed and was unknown`);
      if (typeof found === 'object' && 'type' in found && !isListed && !outages && at - (seen.get(kid) ?? 0) >= 60)
        wrong.push(`at ${at}: ${kid} is not listed since ${seen.get(kid)} and was found`);
    };
    for (const { advance, published: before, asks: first, meanwhile, isAway: away } of steps) {
      now += advance / 4;
      isAway = outages && away;
      publish(before);
      const answers = first.map(ask);
      now += 0.001;
      if (meanwhile) publish(meanwhile.published);
      answers.push(...(meanwhile?.asks ?? []).map(ask));
      await Promise.all(answers);
      await new Promise(setImmediate);
    }
    for (const start of moments)
      if (moments.filter((at) => at >= start && at <= start + 60).length > 2)
        wrong.push(`more than two loads in the minute from ${start}`);
    return wrong;
  }

  // covers: TOKEN-02
  test.each([
    ['while the source answers', false],
    ['while it fails now and then', true],
  ])(
    '%s no listed key is unknown, none is found 60 s after it was taken away, and two loads a minute are enough',
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
    expect(await find('a', 31)).toBe('unknown');
  });
});

// covers: OPS-17
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

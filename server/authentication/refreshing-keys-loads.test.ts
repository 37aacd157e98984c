import { expect, test } from 'vitest';
import { refreshingKeys } from './refreshing-keys.ts';
import type { KeyMaterial } from './verification-keys.ts';

const LIMITS = { refreshAfter: 60, awaitRefreshAfter: 120, cooldown: 5, maxPerMinute: Number.POSITIVE_INFINITY };
const listed = (...kids: readonly string[]): readonly KeyMaterial[] =>
  kids.map((kid) => ({ kid, material: Buffer.alloc(32, 1).toString('base64url') }));

/** Refreshing keys whose loads the test answers one by one. */
function setUp(limits = LIMITS) {
  const loads: PromiseWithResolvers<readonly KeyMaterial[]>[] = [];
  const { find } = refreshingKeys({
    algorithm: 'HS256',
    load: () => {
      const pending = Promise.withResolvers<readonly KeyMaterial[]>();
      loads.push(pending);
      return pending.promise;
    },
    limits,
    onFailure: () => {},
  });
  const settled = () => new Promise(setImmediate);
  /** Finds a key for the first time at a time in seconds, and answers the load that this starts. */
  const load = async (now: number, ...kids: readonly string[]) => {
    const found = find(kids[0] ?? 'none', now);
    loads.at(-1)?.resolve(listed(...kids));
    return found;
  };
  return { find, loads, settled, load };
}

test('refreshingKeys starts no load while the keys are new, at any time of the clock', async () => {
  const { find, loads, load } = setUp();
  await load(1_000_000, 'a');
  expect(await find('a', 1_000_059)).toBeTypeOf('object');
  expect(loads).toHaveLength(1);
});

test('refreshingKeys runs one load at a time, also when the next one would be allowed', async () => {
  const { find, loads, settled } = setUp();
  const found = [find('a', 1_000), find('a', 1_100)];
  await settled();
  expect(loads).toHaveLength(1);
  loads[0]?.resolve(listed('a'));
  expect(await Promise.all(found)).toEqual([expect.any(Object), expect.any(Object)]);
});

test('refreshingKeys loads again for a key that was published while a load was under way', async () => {
  const { find, loads, settled, load } = setUp();
  await load(1_000, 'a');
  // The request at 1,060 s starts a load in the background; its list is made before `b` is published.
  await find('a', 1_060);
  const found = find('b', 1_070);
  await settled();
  expect(loads).toHaveLength(2);
  loads[1]?.resolve(listed('a'));
  await settled();
  expect(loads).toHaveLength(3);
  loads[2]?.resolve(listed('a', 'b'));
  expect(await found).toMatchObject({ type: 'secret' });
});

test('refreshingKeys does not let a listed key wait for a load in the background', async () => {
  const { find, loads, load } = setUp();
  await load(1_000, 'a');
  expect(await find('a', 1_060)).toMatchObject({ type: 'secret' });
  expect(await find('a', 1_061)).toMatchObject({ type: 'secret' });
  expect(loads).toHaveLength(2);
});

test('refreshingKeys waits for a load when the keys are as old as `awaitRefreshAfter`', async () => {
  const { find, loads, settled, load } = setUp();
  await load(1_000, 'a');
  const found = find('a', 1_120);
  await settled();
  loads[1]?.resolve([]);
  expect(await found).toBe('unknown');
});

test('refreshingKeys says to try again in a second when the load fails, whatever the limits', async () => {
  const { find, loads, settled } = setUp({ ...LIMITS, cooldown: 30 });
  const found = find('a', 1_000);
  await settled();
  loads[0]?.reject(new Error('away'));
  expect(await found).toEqual({ retryAfter: 1 });
});

test('refreshingKeys says to try again when the next load is allowed', async () => {
  const { find, load } = setUp({ ...LIMITS, cooldown: 30 });
  await load(1_000, 'a');
  expect(await find('b', 1_010)).toEqual({ retryAfter: 20 });
});

import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createMemoryRelease } from './release-memory.ts';

const MEGABYTE = 1_048_576;

// covers: PROC-13
test('a process collects its garbage when its event loop was busy for at most 2 % of the time, and says that it did', () => {
  let utilization = 0;
  let collections = 0;
  const release = createMemoryRelease({ collect: () => (collections += 1), utilization: () => utilization });
  for (const [busy, isReleased] of [
    [1, false],
    [0.021, false],
    [0.02, true],
  ] as const) {
    utilization = busy;
    expect([release(), collections], `busy ${busy}`).toEqual([isReleased, Number(isReleased)]);
  }
});

/** Fills the young generation, and prints its size before and after a release. */
const SCRIPT = `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { releaseMemoryOfStart } from ${JSON.stringify(new URL('release-memory.ts', import.meta.url).href)};
  const size = () => getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size;
  let kept = [];
  while (size() < 16 * ${MEGABYTE}) kept = [...Array(20_000)].map((_, index) => [index, kept[index]?.[0]]);
  kept = undefined;
  const before = size();
  let looked = 0;
  globalThis.setInterval = (look) => ({ unref: () => ((globalThis.look = look), 1) });
  globalThis.clearInterval = () => (looked += 1);
  performance.eventLoopUtilization = () => ({ utilization: 0 });
  releaseMemoryOfStart();
  globalThis.look();
  console.log(before, size(), looked);
`;

// covers: PROC-13
test('the release gives the pages of the young generation back that garbage had taken, and is the only one', () => {
  const args = ['--expose-gc', '--max-semi-space-size=16', '--input-type=module', '-e', SCRIPT];
  const [before = 0, after = 0, ended] = execFileSync(process.execPath, args, { encoding: 'utf8' })
    .split(' ')
    .map(Number);
  expect(before).toBeGreaterThanOrEqual(16 * MEGABYTE);
  expect(after).toBeLessThanOrEqual(4 * MEGABYTE);
  expect(ended).toBe(1);
});

import { expect, test } from 'vitest';
import { createProgress } from '../../server/operations/progress.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { testEnvironment } from './test-environment.ts';
import { filteredStages } from './filtered-stages.ts';

const UNIT = 'unit and integration tests';
const SYSTEM = ['web client builds', 'start tests'];

/** What `npm test` would do with these filters, beside making code that is missing. */
async function steps(...filters: string[]): Promise<string[]> {
  const signal = AbortSignal.timeout(30_000);
  const run = { environment: testEnvironment(process.env), progress: createProgress(() => {}), signal, folder: '' };
  const [, ...chosen] = await filteredStages(run, filters);
  return chosen.map(({ name }) => name);
}

// covers: ENGINE-21
test('the web client is built, and start tests begin, only where the filters choose one of them', async () => {
  expect(await steps('server/data/tasks')).toEqual([UNIT]);
  expect(await steps('test/start')).toEqual(SYSTEM);
  expect(await steps(inRoot('test/start'))).toEqual(SYSTEM);
  expect(await steps('server/data/tasks', 'start/demo')).toEqual([UNIT, ...SYSTEM]);
});

// covers: ENGINE-21
test('a filter that chooses nothing is told: it may be mistyped', async () => {
  await expect(steps('test/strat')).rejects.toThrow('No test file has test/strat in its path.');
});

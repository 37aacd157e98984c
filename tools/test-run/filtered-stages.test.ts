import { expect, test } from 'vitest';
import { createProgress } from '../../server/operations/progress.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { testEnvironment } from '../../test/support/test-environment.ts';
import { filteredStages } from './filtered-stages.ts';

const UNIT = 'unit and integration tests';
const SYSTEM = ['web client builds', 'start tests'];

/** The names of the stages of `npm test -- <filters>`, without the first, which generates missing code. */
async function stageNames(...filters: string[]): Promise<string[]> {
  const signal = AbortSignal.timeout(30_000);
  const run = { environment: testEnvironment(process.env), progress: createProgress(() => {}), signal, folder: '' };
  const [, ...stages] = await filteredStages(run, filters);
  return stages.map(({ name }) => name);
}

// covers: ENGINE-21
test('filteredStages builds the web client and runs start and browser tests only if a filter matches one of them', async () => {
  expect(await stageNames('server/data/task')).toEqual([UNIT]);
  expect(await stageNames('server/access/guard.test')).toEqual([UNIT, 'access engine on graphql 17']);
  expect(await stageNames('test/start')).toEqual(SYSTEM);
  expect(await stageNames(inRoot('test/start'))).toEqual(SYSTEM);
  expect(await stageNames('server/data/task', 'start/demo')).toEqual([UNIT, ...SYSTEM]);
  expect(await stageNames('test/browser/tasks.spec.ts')).toEqual(['web client builds', 'browser tests']);
});

// covers: ENGINE-21
test('filteredStages rejects a filter that matches no test file, which may be mistyped', async () => {
  await expect(stageNames('test/strat')).rejects.toThrow('No test file has test/strat in its path.');
});

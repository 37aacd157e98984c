import { describe, expect, test, vi } from 'vitest';
import { isAlive } from '../../server/operations/processes.ts';
import { isPortFree } from '../../server/operations/ports.ts';
import {
  queryAsOwner,
  databasePid,
  kill,
  createInstallation,
  READY_LINE,
  startFieldgate,
  supervisorPid,
} from '../support/fieldgate-process.ts';

const KEEP = "create table kept as select 'acknowledged' as what";
const READ = 'select what from kept';
const KEPT = [{ what: 'acknowledged' }];

describe('npm start after kill -9', () => {
  // covers: OPS-15
  test('kill -9 of every process: the next npm start has every acknowledged row', async () => {
    const { dataDir, settings } = await createInstallation();
    const first = startFieldgate(settings);
    await first.waitForOutput(READY_LINE);
    await queryAsOwner(dataDir, KEEP);
    kill(-first.pid, 'SIGKILL');
    await first.waitForExit();
    const second = startFieldgate(settings);
    await second.waitForOutput(READY_LINE);
    expect(await queryAsOwner(dataDir, READ)).toEqual(KEPT);
  });

  test('kill -9 of start.ts alone: its API and web app exit, and the next npm start waits for their ports', async () => {
    const { dataDir, settings } = await createInstallation();
    const first = startFieldgate(settings);
    await first.waitForOutput(READY_LINE);
    kill(supervisorPid(dataDir), 'SIGKILL');
    expect(await first.waitForExit()).toBe(137);
    await startFieldgate(settings).waitForOutput(READY_LINE);
  });

  test.each(['the launcher', 'npm'] as const)(
    'kill -9 of %s: every process below it shuts down cleanly',
    async (victim) => {
      const { dataDir, settings } = await createInstallation();
      const run = startFieldgate(settings, { launchedBy: victim === 'npm' ? 'npm' : 'launcher' });
      await run.waitForOutput(READY_LINE);
      const [below, database] = [supervisorPid(dataDir), databasePid(dataDir)];
      kill(run.pid, 'SIGKILL');
      const isGone = () => ![below, database ?? 0].some(isAlive);
      await vi.waitUntil(isGone, { timeout: 20_000, interval: 100 });
      expect(await isPortFree(Number(settings['API_PORT']))).toBe(true);
      expect(await isPortFree(Number(settings['WEB_PORT']))).toBe(true);
    },
  );

  // covers: OPS-15
  test('kill -9 at each stage of a first start: the next npm start succeeds', async () => {
    const { settings } = await createInstallation();
    for (const stage of ['Starting Fieldgate', 'database ready', 'database migrated', 'is listening']) {
      const run = startFieldgate(settings);
      await run.waitForOutput(stage);
      kill(-run.pid, 'SIGKILL');
      await run.waitForExit();
    }
    await startFieldgate(settings).waitForOutput(READY_LINE);
  });
});

import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { isAlive } from '../../server/operations/processes.ts';
import {
  databasePid,
  kill,
  createInstallation,
  READY_LINE,
  startFieldgate,
  supervisorPid,
} from '../support/fieldgate-process.ts';

describe('npm start', () => {
  test.each([
    ['Ctrl-C', (pid: number) => kill(-pid, 'SIGINT')],
    ['SIGTERM to the launcher', (pid: number) => kill(pid, 'SIGTERM')],
  ])('stops everything on %s, the database last, and ends with 0', async (_, stop) => {
    const { dataDir, settings } = await createInstallation();
    const run = startFieldgate(settings);
    await run.waitForOutput(READY_LINE);
    const [below, database] = [supervisorPid(dataDir), databasePid(dataDir)];
    stop(run.pid);
    expect(await run.waitForExit()).toBe(0);
    expect(isAlive(below)).toBe(false);
    await vi.waitUntil(() => !isAlive(database ?? 0), { timeout: 5_000, interval: 50 });
    expect(fs.readFileSync(path.join(dataDir, 'postgres', 'server.log'), 'utf8')).toContain(
      'database system is shut down',
    );
  });

  test('npm start can be stopped while it starts, and leaves no database running', async () => {
    const { dataDir, settings } = await createInstallation();
    const run = startFieldgate(settings);
    await run.waitForOutput('database ready');
    kill(-run.pid, 'SIGINT');
    expect(await run.waitForExit()).toBe(0);
    expect(databasePid(dataDir)).toBeUndefined();
  });
});

import { describe, expect, test, vi } from 'vitest';
import { isAlive } from '../../server/cli/process-table.ts';
import { isFree } from '../../server/cli/ports.ts';
import { asOwner, databasePid, kill, newPlace, READY, start, startPid } from './fieldgate.ts';

const KEEP = "create table kept as select 'acknowledged' as what";
const READ = 'select what from kept';
const KEPT = [{ what: 'acknowledged' }];

describe('after kill -9', () => {
  test('of everything that npm start is, the next one comes up with every acknowledged row', async () => {
    const { dataDir, settings } = await newPlace();
    const first = start(settings);
    await first.until(READY);
    await asOwner(dataDir, KEEP);
    kill(-first.pid, 'SIGKILL');
    await first.end();
    const second = start(settings);
    await second.until(READY);
    expect(await asOwner(dataDir, READ)).toEqual(KEPT);
  });

  test('of start.ts alone, its API and web app leave, and the next one waits for their ports', async () => {
    const { dataDir, settings } = await newPlace();
    const first = start(settings);
    await first.until(READY);
    kill(startPid(dataDir), 'SIGKILL');
    expect(await first.end()).toBe(137);
    await start(settings).until(READY);
  });

  test.each(['the launcher', 'npm'] as const)('of %s, everything below it stops in good order', async (victim) => {
    const { dataDir, settings } = await newPlace();
    const run = start(settings, { by: victim === 'npm' ? 'npm' : 'launcher' });
    await run.until(READY);
    const [below, database] = [startPid(dataDir), databasePid(dataDir)];
    kill(run.pid, 'SIGKILL');
    const isGone = () => ![below, database ?? 0].some(isAlive);
    await vi.waitUntil(isGone, { timeout: 20_000, interval: 100 });
    expect(await isFree(Number(settings['API_PORT']))).toBe(true);
    expect(await isFree(Number(settings['WEB_PORT']))).toBe(true);
  });

  test('at each stage of a first start, the next one comes up', async () => {
    const { settings } = await newPlace();
    for (const stage of ['Starting Fieldgate', 'database ready', 'database migrated', 'is listening']) {
      const run = start(settings);
      await run.until(stage);
      kill(-run.pid, 'SIGKILL');
      await run.end();
    }
    await start(settings).until(READY);
  });
});

import { describe, expect, test } from 'vitest';
import { isOnLoopback, listeningSockets } from '../setup/listening.ts';
import { databasePid, newPlace, READY, start, startPid } from './fieldgate.ts';

describe.runIf(process.platform === 'linux')('a running Fieldgate', () => {
  test('listens on the loopback interface alone: API, web app, metrics and database', async () => {
    const { dataDir, settings } = await newPlace();
    await start(settings).until(READY);
    // The database is its own parent: it outlives a start that was killed.
    const sockets = [startPid(dataDir), databasePid(dataDir) ?? 0].flatMap(listeningSockets);
    const ports = new Set(sockets.map(({ port }) => port));
    for (const name of ['API_PORT', 'WEB_PORT', 'METRICS_PORT'] as const)
      expect(ports, name).toContain(Number(settings[name]));
    expect(ports.size).toBeGreaterThan(3);
    expect(sockets.filter((socket) => !isOnLoopback(socket))).toEqual([]);
  });
});

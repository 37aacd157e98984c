import { describe, expect, test } from 'vitest';
import { isOnLoopback, listeningSockets } from '../support/listening-sockets.ts';
import {
  databasePid,
  createInstallation,
  READY_LINE,
  startFieldgate,
  supervisorPid,
} from '../support/fieldgate-process.ts';

describe.runIf(process.platform === 'linux')('a running Fieldgate', () => {
  // covers: OPS-21
  test('npm start listens only on the loopback interface: API, web app, metrics and database', async () => {
    const { dataDir, settings } = await createInstallation();
    await startFieldgate(settings).waitForOutput(READY_LINE);
    // The database is not a child of start: it outlives a start that was killed.
    const sockets = [supervisorPid(dataDir), databasePid(dataDir) ?? 0].flatMap(listeningSockets);
    const ports = new Set(sockets.map(({ port }) => port));
    for (const name of ['API_PORT', 'WEB_PORT', 'METRICS_PORT'] as const)
      expect(ports, name).toContain(Number(settings[name]));
    expect(ports.size).toBeGreaterThan(3);
    expect(sockets.filter((socket) => !isOnLoopback(socket))).toEqual([]);
  });
});

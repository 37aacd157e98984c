import { afterEach, describe, expect, test, vi } from 'vitest';
import { setUpEmptyDatabase } from '../../../test/support/test-database.ts';
import { schemaOwners } from '../../../test/support/seeded-fixture.ts';
import { createOwnedData } from '../owned-data.ts';
import { openDatabaseSource } from '../database-source.ts';
import { ViewerDatabase } from './viewer-database.ts';

const fixture = setUpEmptyDatabase();

afterEach(() => void vi.unstubAllEnvs());

/** The limits of timestamps, and times around the introduction of standard time, whose offsets have seconds. */
const TIMES = [
  '0001-01-01T00:00:00.000Z',
  '1582-10-10T12:00:00.000Z',
  '1800-01-01T00:00:00.001Z',
  '1883-11-18T16:59:59.999Z',
  '1936-12-31T23:40:28.000Z',
  '1972-01-07T00:44:29.000Z',
  '2026-03-29T01:30:00.000Z',
  '2026-10-25T01:30:00.000Z',
  '9999-12-31T23:59:59.999Z',
];
const ZONES = ['UTC', 'Europe/Amsterdam', 'America/New_York', 'Africa/Monrovia', 'Asia/Kolkata', 'Pacific/Apia'];

describe.each(ZONES)('a process in %s', (zone) => {
  // covers: EDGE-25
  test.each([...new Set(['UTC', zone])])(
    'a timestamp is stored unchanged in a database whose time zone is %s',
    async (databaseZone) => {
      vi.stubEnv('TZ', zone);
      const url = new URL(fixture.database.api);
      url.searchParams.set('options', `-c TimeZone=${databaseZone}`);
      const source = await openDatabaseSource({ url: url.href });
      try {
        const viewer = await fixture.superuser.insertUser(`${zone}-${databaseZone}`.toLowerCase().replaceAll('/', '-'));
        const { tasks } = createOwnedData(source.mapping, schemaOwners())(
          viewer,
          new ViewerDatabase(source.pool).openReader(viewer).run,
        );
        for (const time of TIMES) {
          const task = { title: time, description: '', dueAt: new Date(time), priority: 'LOW' } as const;
          const created = await tasks.create(task, new Set(['dueAt']));
          const [row] = await fixture.superuser.rows<{ utc: string }>(
            `select to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as utc from app.task where id = $1`,
            [created?.id],
          );
          expect([created?.dueAt, row?.utc], time).toEqual([time, time]);
        }
      } finally {
        await source.close();
      }
    },
  );
});

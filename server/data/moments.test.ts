import { afterEach, describe, expect, test, vi } from 'vitest';
import { ownDatabase } from '../../test/setup/own-database.ts';
import { owners } from '../../test/walls/scene.ts';
import { ownedData } from './data.ts';
import { openSource } from './source.ts';
import { Database } from './transaction.ts';

const there = ownDatabase();

afterEach(() => void vi.unstubAllEnvs());

/** Both ends of what can be written, and what lies around the time at which clocks were set by the sun no more. */
const MOMENTS = [
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
  test.each([...new Set(['UTC', zone])])('keeps moments as they are, in a database in %s', async (databaseZone) => {
    vi.stubEnv('TZ', zone);
    const url = new URL(there.place.api);
    url.searchParams.set('options', `-c TimeZone=${databaseZone}`);
    const source = await openSource({ url: url.href });
    try {
      const viewer = await there.above.person(`${zone}-${databaseZone}`.toLowerCase().replaceAll('/', '-'));
      const { tasks } = ownedData(source.mapping, owners())(viewer, new Database(source.pool).reading(viewer).run);
      for (const moment of MOMENTS) {
        const task = { title: moment, description: '', dueAt: new Date(moment), priority: 'LOW' } as const;
        const made = await tasks.create(task, new Set(['dueAt']));
        const [row] = await there.above.rows<{ utc: string }>(
          `select to_char(due_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as utc from app.task where id = $1`,
          [made?.id],
        );
        expect([made?.dueAt?.toISOString(), row?.utc], moment).toEqual([moment, moment]);
      }
    } finally {
      await source.close();
    }
  });
});

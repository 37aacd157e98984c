import fs from 'node:fs';
import path from 'node:path';
import type { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { catalogDifferences } from '../../server/data/admin/catalog/compare-catalog.ts';
import type { StateEntry } from '../../server/data/admin/catalog/declared-catalog.ts';
import { formatState } from '../../server/data/admin/catalog/declared-state.ts';
import { readState } from '../../server/data/admin/catalog/catalog-state.ts';
import { migrate } from '../../server/data/admin/migrate.ts';
import { withClient } from '../../server/data/pg/with-client.ts';
import { declared } from '../catalog/catalog-drift.ts';
import { readContents, readPrivileges, type Row } from '../support/database-contents.ts';
import { createTestDatabase, createUnmigratedDatabase, type TestDatabase } from '../support/test-database.ts';

const sql = (name: string) => fs.readFileSync(path.join(import.meta.dirname, name), 'utf8');

/** Everything that a test compares of a database. */
interface Snapshot {
  readonly contents: Readonly<Record<string, readonly Row[]>>;
  readonly state: readonly StateEntry[];
  readonly privileges: readonly string[];
}

/** Runs `work` as the owner in a transaction that is rolled back. */
const asOwner = <T>(database: TestDatabase, work: (client: Client) => Promise<T>) =>
  withClient(database.owner, async (client) => {
    await client.query('begin');
    return work(client);
  });

const takeSnapshot = (database: TestDatabase): Promise<Snapshot> =>
  asOwner(database, async (client) => ({
    contents: await readContents(client),
    state: await readState(client, ['app', 'auth']),
    privileges: await readPrivileges(client),
  }));

const upgrade = ({ owner, api, auth }: TestDatabase) =>
  migrate({ databaseUrl: owner, apiDatabaseUrl: api, authDatabaseUrl: auth });

let database: TestDatabase;
let fresh: TestDatabase;
let before: Snapshot;
let after: Snapshot;
beforeAll(async () => {
  fresh = await createTestDatabase();
  database = await createUnmigratedDatabase();
  await withClient(database.owner, async (owner) => {
    await owner.query(sql('previous-release.sql'));
    await owner.query(sql('previous-rows.sql'));
  });
  before = await takeSnapshot(database);
  await upgrade(database);
  after = await takeSnapshot(database);
});
afterAll(async () => {
  await database.drop();
  await fresh.drop();
});

describe('a database of the previous release', () => {
  test('has rows in every table before the upgrade', () => {
    const empty = Object.entries(before.contents).filter(([, rows]) => rows.length === 0);
    expect(empty).toEqual([]);
  });

  // covers: LIVE-05
  test('keeps every row and every value of the previous release in an upgrade', () => {
    for (const [table, rows] of Object.entries(before.contents))
      for (const row of rows) expect(after.contents[table]).toContainEqual(expect.objectContaining(row));
    const countRows = ({ contents }: Snapshot) =>
      Object.entries(contents).map(([table, rows]) => [table, table.includes('migrations') ? 0 : rows.length]);
    expect(countRows(after)).toEqual(expect.arrayContaining(countRows(before)));
  });

  // covers: LIVE-05
  test('has after an upgrade the objects, policies and privileges of a fresh database', async () => {
    const expected = await takeSnapshot(fresh);
    expect(formatState(after.state)).toBe(formatState(expected.state));
    expect(after.privileges).toEqual(expected.privileges);
    expect(await asOwner(database, (client) => catalogDifferences(client, declared))).toEqual([]);
    expect(after.contents['public.fieldgate_migrations']).toEqual(expected.contents['public.fieldgate_migrations']);
  });

  // covers: LIVE-05
  test('is not changed by a second upgrade', async () => {
    await upgrade(database);
    expect(await takeSnapshot(database)).toEqual(after);
  });
});

/** What an older release can do with the database of this one. */
describe('after an upgrade, the code of the previous release', () => {
  const keyOf = ({ kind, target, name }: StateEntry) => `${kind} ${target}.${name}`;
  const entries = (snapshot: Snapshot, kind: StateEntry['kind']) =>
    new Map(snapshot.state.filter((entry) => entry.kind === kind).map((entry) => [keyOf(entry), entry.definition]));

  // covers: LIVE-06
  test('finds every table, column and function, with the same types', () => {
    // A caller reads the results by name: a further one does not disturb it.
    const functions = (snapshot: Snapshot) =>
      [...entries(snapshot, 'function').keys()].map((name) => name.replaceAll(/,? ?OUT [^,]+/g, ''));
    expect(functions(after)).toEqual(expect.arrayContaining(functions(before)));
    const columns = entries(after, 'column');
    for (const [name, definition] of entries(before, 'column'))
      expect(`${name} ${columns.get(name)}`).toBe(`${name} ${definition}`);
  });

  // covers: LIVE-06
  test('may omit every column that is new in its tables', () => {
    const old = entries(before, 'column');
    const oldTables = new Set([...entries(before, 'table').keys()].map((name) => name.slice('table '.length, -1)));
    const required = after.state.filter(
      (entry) =>
        entry.kind === 'column' &&
        oldTables.has(entry.target) &&
        !old.has(keyOf(entry)) &&
        /not null(?!.*default)/.test(entry.definition),
    );
    expect(required).toEqual([]);
  });

  // covers: LIVE-06
  test('has every privilege that it had', () => {
    expect(after.privileges).toEqual(expect.arrayContaining([...before.privileges]));
  });
});

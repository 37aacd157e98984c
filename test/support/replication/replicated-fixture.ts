import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { migrate } from '../../../server/data/admin/migrate.ts';
import { type DatabaseSource, openDatabaseSource } from '../../../server/data/database-source.ts';
import { type Superuser, connectSuperuser } from '../superuser.ts';
import { type TestApi, type TestApiOptions, startTestApi } from '../test-api.ts';
import { type ReplicatedPostgres, startReplicatedPostgres } from './replicated-postgres.ts';

/** POSITION_SECRET of the test APIs. */
export const POSITION_SECRET = 'a secret of at least thirty-two characters';

/** A primary and a replica with two users, who own a task each, and API processes in front of both servers. */
export interface ReplicatedFixture {
  readonly postgres: ReplicatedPostgres;
  readonly superuser: Superuser;
  readonly alice: string;
  readonly bob: string;
  /** Opens a pool on the primary, by default past no proxy; it closes with the suite. */
  openSource(url?: string): Promise<DatabaseSource>;
  /** Starts another API process; it ends with the suite. */
  startApi(settings?: TestApiOptions['settings'], options?: TestApiOptions, source?: DatabaseSource): Promise<TestApi>;
  /** Returns the superuser's connection string for the database. */
  readonly superuserUrl: string;
}

/** Starts both servers before the first test of a file or suite; ends them after the last. */
export function setUpReplicatedFixture(): ReplicatedFixture {
  const fixture = {} as { -readonly [Name in keyof ReplicatedFixture]: ReplicatedFixture[Name] };
  const apis: TestApi[] = [];
  const sources: DatabaseSource[] = [];
  beforeAll(async () => {
    const folder = path.resolve('.test/run', `replicated-${randomBytes(6).toString('hex')}`);
    fixture.postgres = await startReplicatedPostgres(folder, async (primary) => {
      const [databaseUrl, apiDatabaseUrl, authDatabaseUrl] = [
        primary.url('owner'),
        primary.url('api'),
        primary.url('auth'),
      ];
      await migrate({ databaseUrl, apiDatabaseUrl, authDatabaseUrl });
    });
    const { primary, replica } = fixture.postgres;
    const { pathname } = new URL(primary.url('api'));
    fixture.superuserUrl = Object.assign(new URL(primary.superuserUrl), { pathname }).href;
    fixture.superuser = await connectSuperuser(fixture.superuserUrl);
    fixture.alice = await fixture.superuser.insertUser('alice');
    fixture.bob = await fixture.superuser.insertUser('bob');
    await fixture.superuser.insertTask(fixture.alice, { title: "alice's" });
    await fixture.superuser.insertTask(fixture.bob, { title: "bob's" });
    await replica.caughtUp();
  }, 60_000);
  fixture.openSource = async (url = fixture.postgres.primary.url('api')) => {
    const source = await openDatabaseSource({ url });
    sources.push(source);
    return source;
  };
  fixture.startApi = async (settings = {}, options = {}, given) => {
    const { primary, replica } = fixture.postgres;
    const source = given ?? (await fixture.openSource());
    const defaults = { API_READ_DATABASE_URL: [replica.urlOf(primary.url('api'))], POSITION_SECRET };
    const api = await startTestApi(source, 'on', { ...options, settings: { ...defaults, ...settings } });
    apis.push(api);
    return api;
  };
  afterAll(async () => {
    for (const api of apis) await api.close();
    for (const source of sources) await source.close();
    await (fixture as Partial<ReplicatedFixture>).superuser?.end();
    await (fixture as Partial<ReplicatedFixture>).postgres?.discard();
  });
  return fixture;
}

/** Returns the number of queries by server and reason, such as `replica current`. */
export async function readCounts(api: TestApi): Promise<Readonly<Record<string, number>>> {
  const lines = (await api.metrics()).matchAll(/^fieldgate_reads_total\{server="(\w+)",reason="([\w-]+)"\} (\d+)$/gm);
  return Object.fromEntries([...lines].map(([, server, reason, count]) => [`${server} ${reason}`, Number(count)]));
}

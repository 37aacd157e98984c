import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { startEmbeddedPostgres } from '../../../server/operations/embedded-postgres.ts';
import { loadSecrets, type Secrets } from '../../../server/operations/secrets.ts';
import { withClient } from '../../../server/data/pg/with-client.ts';
import { migrate } from '../../../server/data/admin/migrate.ts';

/** A migrated PostgreSQL for one benchmark. */
export interface BenchDatabase {
  /** The connection string of the API's role, which is subject to row-level security. */
  readonly api: string;
  /** The connection string of Better Auth's role. */
  readonly auth: string;
  /** The superuser's connection string: to seed and inspect, and to read without row-level security. */
  readonly superuser: string;
  readonly secrets: Secrets & { /** As the setting of that name: `kid:secret`. */ readonly TOKEN_SECRETS: string };
  /** The process id of the server: all its backends are children of this process. */
  readonly pid: number;
  /** As PostgreSQL reports it. */
  readonly version: string;
  stop(): Promise<void>;
}

/**
 * No fsync, so that disks do not affect the figures; no autovacuum, so that it does not run during a measurement.
 */
const SETTINGS = ['fsync=off', 'synchronous_commit=off', 'autovacuum=off', 'max_wal_size=4GB', 'shared_buffers=1GB'];

/**
 * Starts an embedded PostgreSQL in a new folder and migrates it.
 * @param settings `name=value` settings of the server, in addition. Default: none
 */
export async function startBenchDatabase(folder: string, settings: readonly string[] = []): Promise<BenchDatabase> {
  const dataDir = path.join(folder, 'data');
  fs.mkdirSync(dataDir, { recursive: true });
  const secrets = { ...loadSecrets(dataDir), TOKEN_SECRETS: `bench:${randomBytes(32).toString('base64url')}` };
  const postgres = await startEmbeddedPostgres({
    dataDir,
    passwords: secrets.passwords,
    settings: [...SETTINGS, ...settings],
  });
  try {
    const [api, auth] = [postgres.url('api'), postgres.url('auth')];
    await migrate({ databaseUrl: postgres.url('owner'), apiDatabaseUrl: api, authDatabaseUrl: auth });
    const superuser = Object.assign(new URL(postgres.superuserUrl), { pathname: new URL(api).pathname }).href;
    const version = await withClient(superuser, async (client) => {
      const { rows } = await client.query<{ server_version: string }>('show server_version');
      return rows[0]?.server_version ?? '';
    });
    return { api, auth, superuser, secrets, pid: postgres.pid, version, stop: postgres.stop };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../server/operations/ports.ts';

const run = promisify(execFile);
const FOLDERS = '/usr/lib/postgresql';
const PROGRAMS = ['initdb', 'pg_ctl', 'pg_dump', 'pg_restore'];
/** PostgreSQL refuses to run as root: under root it runs as `nobody`. */
const NOBODY = { uid: 65_534, gid: 65_534 };

/** Returns the folder of the newest PostgreSQL that the system has installed with a server; undefined if it has none. */
export function findSystemPostgres(): string | undefined {
  if (!fs.existsSync(FOLDERS)) return undefined;
  return fs
    .readdirSync(FOLDERS)
    .toSorted((first, second) => Number(second) - Number(first))
    .map((version) => path.join(FOLDERS, version, 'bin'))
    .find((folder) => PROGRAMS.every((program) => fs.existsSync(path.join(folder, program))));
}

/** A server of the system's PostgreSQL. */
export interface SystemPostgres {
  /** The connection string of the superuser, for a database. */
  readonly url: (database: string) => string;
  /** Runs one of its programs; rejects with its error output. */
  readonly run: (program: 'pg_dump' | 'pg_restore', args: readonly string[]) => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** Starts a server of the system's PostgreSQL, which trusts every connection on 127.0.0.1. */
export async function startSystemPostgres(programs: string, folder: string): Promise<SystemPostgres> {
  const options = process.getuid?.() === 0 ? NOBODY : {};
  if (process.getuid?.() === 0) fs.chownSync(folder, NOBODY.uid, NOBODY.gid);
  const cluster = path.join(folder, 'cluster');
  const start = async (program: string, args: readonly string[]) =>
    (await run(path.join(programs, program), args, { ...options, cwd: '/', timeout: 60_000 })).stdout;
  await start('initdb', [
    '-D',
    cluster,
    '-U',
    'postgres',
    '--auth=trust',
    '--encoding=UTF8',
    '--locale=C',
    '--no-sync',
  ]);
  const port = await freePort();
  const flags = `-c port=${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off`;
  await start('pg_ctl', ['-D', cluster, '-w', '-l', path.join(folder, 'log'), '-o', flags, 'start']);
  return {
    url: (database) => `postgres://postgres@127.0.0.1:${port}/${database}`,
    run: start,
    stop: async () => void (await start('pg_ctl', ['-D', cluster, '-m', 'immediate', '-w', 'stop'])),
  };
}

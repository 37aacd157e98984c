import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { OperatorError } from '../operator-error.ts';
import type { ArchiveWriter } from './archive-writer.ts';
import { listClusterFiles } from './cluster-files.ts';

/** How often `pg_control` is read until two reads agree: the server writes it in place. */
const CONTROL_READS = 50;
const CONTROL_MILLISECONDS = 20;
/** The name of a WAL segment: timeline, log and number, 8 hex digits each. */
const SEGMENT_NAME = /^[0-9A-F]{24}$/;

/** The options of `addBaseBackup`. */
export interface BaseBackupOptions {
  /** The superuser's connection to the running server; nothing else may use it. */
  readonly client: Client;
  /** The cluster's folder. */
  readonly cluster: string;
  readonly archive: ArchiveWriter;
  /** Called once with the bytes that are to be copied, without WAL. */
  readonly onSize?: (bytes: number) => void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Adds the files of a running cluster to an archive, below `data/postgres/`: a base backup by the low-level API
 * (PostgreSQL 18 manual, 25.3.4), because the embedded server comes without pg_basebackup. Readers and writers go on. A
 * temporary replication slot keeps the WAL that the backup needs, and ends with the connection, as the backup does.
 * @throws {OperatorError} if the cluster has tablespaces, or WAL that is needed is gone
 */
export async function addBaseBackup({ client, cluster, archive, onSize, signal }: BaseBackupOptions): Promise<void> {
  await assertNoTablespaces(client);
  await client.query('select pg_create_physical_replication_slot($1, true, true)', [`fieldgate_backup_${process.pid}`]);
  const first = await segmentOf(client, `select pg_walfile_name(pg_backup_start('fieldgate', true)) as name`);
  const entries = listClusterFiles(cluster);
  onSize?.(entries.reduce((sum, { size }) => sum + size, 0));
  for (const { name, kind } of entries) {
    signal?.throwIfAborted();
    if (kind === 'folder') await archive.addFolder(`data/postgres/${name}`);
    else await archive.addFile(`data/postgres/${name}`, path.join(cluster, name));
  }
  await archive.addBytes('data/postgres/global/pg_control', await readControlFile(cluster));
  // Without an archive of WAL there is nothing to wait for (`false`): the segments are copied here.
  const { rows } = await client.query<{ name: string; label: string }>(
    // The byte before the end: at the end of a segment, the next one need not exist.
    'select pg_walfile_name(lsn - 1) as name, labelfile as label from pg_backup_stop(false)',
  );
  const [stop] = rows;
  if (stop === undefined) throw new Error('pg_backup_stop returned no row.');
  await archive.addBytes('data/postgres/backup_label', Buffer.from(stop.label));
  for (const name of await segmentsBetween(client, first, stop.name))
    if (!(await archive.addFile(`data/postgres/pg_wal/${name}`, path.join(cluster, 'pg_wal', name))))
      throw new OperatorError(`The backup failed: PostgreSQL removed the WAL file ${name} meanwhile. Try again.`);
}

async function assertNoTablespaces(client: Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select spcname as name from pg_tablespace where spcname not in ('pg_default', 'pg_global')`,
  );
  if (rows.length > 0)
    throw new OperatorError(
      `The tablespace ${rows[0]?.name} is outside the data folder, and no backup would contain it: move its tables back and drop it.`,
    );
}

async function segmentOf(client: Client, statement: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>(statement);
  const name = rows[0]?.name ?? '';
  if (!SEGMENT_NAME.test(name)) throw new Error(`PostgreSQL named the WAL segment "${name}".`);
  return name;
}

/** Returns the names of all WAL segments from one to another of the same timeline, both included. */
async function segmentsBetween(client: Client, first: string, last: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ bytes: string }>(
    `select setting as bytes from pg_settings where name = 'wal_segment_size'`,
  );
  const perLog = 2 ** 32 / Number(rows[0]?.bytes);
  const number = (name: string) =>
    Number.parseInt(name.slice(8, 16), 16) * perLog + Number.parseInt(name.slice(16), 16);
  const hex = (value: number) => value.toString(16).toUpperCase().padStart(8, '0');
  const start = number(first);
  return Array.from(
    { length: number(last) - start + 1 },
    (_, index) => first.slice(0, 8) + hex(Math.floor((start + index) / perLog)) + hex((start + index) % perLog),
  );
}

/** Reads the control file last, as pg_basebackup does, and until two reads agree: a checkpoint may write it meanwhile. */
async function readControlFile(cluster: string): Promise<Buffer> {
  const file = path.join(cluster, 'global/pg_control');
  for (let attempt = 0, last = fs.readFileSync(file); attempt < CONTROL_READS; attempt++) {
    await delay(CONTROL_MILLISECONDS);
    const next = fs.readFileSync(file);
    if (next.equals(last)) return next;
    last = next;
  }
  throw new OperatorError(`The backup failed: ${file} changed all the time. Try again.`);
}

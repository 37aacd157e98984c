import fs from 'node:fs';
import path from 'node:path';

/** One entry of a cluster's folder. */
export interface ClusterEntry {
  /** Its path below the cluster, with slashes. */
  readonly name: string;
  readonly kind: 'file' | 'folder';
  /** Its size in bytes when it was listed. */
  readonly size: number;
}

/**
 * Folders whose content belongs to the running server, as the PostgreSQL 18 manual lists them (25.3.4): they are created
 * empty. The WAL that a restore needs is added by name.
 */
const EMPTIED = new Set([
  'pg_dynshmem',
  'pg_notify',
  'pg_replslot',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
  'pg_wal',
]);
/** Files of the running server, and what the backup writes itself. */
const SKIPPED = new Set([
  'backup_label',
  'backup_manifest',
  'postmaster.opts',
  'postmaster.pid',
  'recovery.signal',
  'server.log',
  'standby.signal',
  'tablespace_map',
  // Read last, and twice: see `base-backup.ts`.
  'global/pg_control',
]);
/** Caches and temporary relations, which PostgreSQL creates again. */
const TEMPORARY = /(^|\/)(pg_internal\.init[^/]*|pgsql_tmp[^/]*|t\d+_\d+(_\w+)?(\.\d+)?)$/;

/** Lists the folders and files of a cluster that a base backup contains, folders before what they contain. */
export function listClusterFiles(cluster: string): readonly ClusterEntry[] {
  const entries: ClusterEntry[] = [];
  const visit = (folder: string) => {
    for (const name of fs.readdirSync(path.join(cluster, folder)).toSorted()) {
      const relative = folder === '' ? name : `${folder}/${name}`;
      if (SKIPPED.has(relative) || TEMPORARY.test(relative)) continue;
      const stats = fs.statSync(path.join(cluster, relative), { throwIfNoEntry: false });
      if (stats === undefined) continue;
      entries.push({ name: relative, kind: stats.isDirectory() ? 'folder' : 'file', size: stats.size });
      if (!stats.isDirectory()) continue;
      if (EMPTIED.has(relative)) continue;
      visit(relative);
    }
  };
  visit('');
  return entries;
}

import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ensureFolder } from '../files.ts';
import { OperatorError, explainWriteErrors } from '../operator-error.ts';
import { fullDisk, requireSound } from './data-folder-damage.ts';
import type { Runner } from './run-as.ts';

/** The superuser's name: used to make one role and one database, and for nothing else. */
export const SUPERUSER = 'postgres';

const UNFINISHED_PREFIX = 'postgres.unfinished-';

/**
 * Makes the folders of the embedded database ready, with a new cluster in them unless there is one: it is made in a
 * folder of another name and renamed when complete, so that an interruption leaves nothing that looks like a cluster.
 * A cluster is never removed, and a damaged one never made anew.
 * @param dataDir the data folder; it is ours alone, so what is unfinished in it belongs to nobody else
 * @param runner how programs are run
 * @param password the superuser's
 * @returns the cluster's folder
 * @throws {OperatorError} when the folder cannot be written, the cluster cannot be made, or the one that is there is damaged
 */
export async function ensureCluster(dataDir: string, runner: Runner, password: string): Promise<string> {
  const cluster = path.join(dataDir, 'postgres');
  ensureFolder(dataDir);
  explainWriteErrors(dataDir, () => {
    // The secrets stay closed by their own mode; another user's server needs the way through, not the list of files.
    if (runner.ownerUid !== undefined && runner.ownerUid !== fs.statSync(dataDir).uid) fs.chmodSync(dataDir, 0o711);
    for (const name of fs.readdirSync(dataDir))
      if (name.startsWith(UNFINISHED_PREFIX)) fs.rmSync(path.join(dataDir, name), { recursive: true, force: true });
  });
  if (fs.existsSync(cluster)) {
    if (runner.ownerUid !== undefined && fs.statSync(cluster).uid !== runner.ownerUid)
      changeOwner(cluster, runner.ownerUid);
    // PostgreSQL insists on it, and a copy made without care has lost it.
    explainWriteErrors(cluster, () => fs.chmodSync(cluster, 0o700));
    requireSound(cluster);
    return cluster;
  }
  await createCluster(dataDir, cluster, runner, password);
  return cluster;
}

async function createCluster(dataDir: string, cluster: string, runner: Runner, password: string): Promise<void> {
  const unfinished = path.join(dataDir, UNFINISHED_PREFIX + randomBytes(4).toString('hex'));
  const passwordFile = `${unfinished}.password`;
  explainWriteErrors(dataDir, () => {
    fs.mkdirSync(unfinished, { mode: 0o700 });
    fs.writeFileSync(passwordFile, password, { mode: 0o600 });
    if (runner.ownerUid !== undefined)
      for (const file of [unfinished, passwordFile]) changeOwner(file, runner.ownerUid);
  });
  try {
    // Without these an unset LANG gives SQL_ASCII, and a set one the collation of this machine.
    const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
    const access = ['-U', SUPERUSER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const { code, output } = await runner.run('initdb', ['-D', unfinished, ...access, ...locale, '--no-instructions']);
    if (/no space left/i.test(output)) throw new OperatorError(fullDisk(dataDir));
    if (code !== 0) throw new OperatorError(`The database could not be made. initdb said:\n${output.trim()}`);
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
  explainWriteErrors(dataDir, () => fs.renameSync(unfinished, cluster));
}

/** Hands a folder and all in it to a user: needed after the repository has moved to where another runner is chosen. */
function changeOwner(file: string, uid: number): void {
  fs.lchownSync(file, uid, uid);
  if (fs.lstatSync(file).isDirectory())
    for (const name of fs.readdirSync(file)) changeOwner(path.join(file, name), uid);
}

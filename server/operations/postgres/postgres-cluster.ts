import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { ensureFolder } from '../files.ts';
import { OperatorError, explainWriteErrors } from '../operator-error.ts';
import { diskFullMessage, assertClusterIntact } from './data-folder-damage.ts';
import type { Runner } from './run-as.ts';

/** The superuser's name. It creates one role and one database, and revokes public functions. */
export const SUPERUSER = 'postgres';

/** Begins the name of what was not finished in a data folder; the next start removes it. */
export const UNFINISHED_PREFIX = 'postgres.unfinished-';

/**
 * Checks the cluster in a data folder, or creates one. A new cluster is created under another name and renamed when it is
 * complete, so that an interruption leaves nothing that looks like a cluster. An existing cluster is never removed or
 * replaced, even if it is damaged.
 * @param dataDir the data folder, locked by this process: unfinished clusters in it are removed
 * @param runner runs PostgreSQL's programs
 * @param password the superuser's password
 * @returns the cluster's folder
 * @throws {OperatorError} if the folder cannot be written, or the cluster cannot be created or is damaged
 */
export async function ensureCluster(dataDir: string, runner: Runner, password: string): Promise<string> {
  const cluster = path.join(dataDir, 'postgres');
  ensureFolder(dataDir);
  explainWriteErrors(dataDir, () => {
    // The server's user needs to traverse the folder, not to list it; the mode of secrets.json protects the secrets.
    if (runner.ownerUid !== undefined && runner.ownerUid !== fs.statSync(dataDir).uid) fs.chmodSync(dataDir, 0o711);
    for (const name of fs.readdirSync(dataDir))
      if (name.startsWith(UNFINISHED_PREFIX)) fs.rmSync(path.join(dataDir, name), { recursive: true, force: true });
  });
  if (fs.existsSync(cluster)) {
    if (runner.ownerUid !== undefined && fs.statSync(cluster).uid !== runner.ownerUid)
      changeOwner(cluster, runner.ownerUid);
    // PostgreSQL requires this mode, and a copy may have lost it.
    explainWriteErrors(cluster, () => fs.chmodSync(cluster, 0o700));
    assertClusterIntact(cluster);
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
    // Without these, an unset LANG gives SQL_ASCII, and a set one the collation of this machine.
    const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C'];
    const access = ['-U', SUPERUSER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`];
    const { code, output } = await runner.run('initdb', ['-D', unfinished, ...access, ...locale, '--no-instructions']);
    if (/no space left/i.test(output)) throw new OperatorError(diskFullMessage(dataDir));
    if (code !== 0) throw new OperatorError(`The database could not be created. initdb printed:\n${output.trim()}`);
  } finally {
    fs.rmSync(passwordFile, { force: true });
  }
  explainWriteErrors(dataDir, () => fs.renameSync(unfinished, cluster));
}

/** Changes the owner of a folder and its content: a repository that was moved may need another runner. */
function changeOwner(file: string, uid: number): void {
  fs.lchownSync(file, uid, uid);
  if (fs.lstatSync(file).isDirectory())
    for (const name of fs.readdirSync(file)) changeOwner(path.join(file, name), uid);
}

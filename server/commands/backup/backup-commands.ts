import fs from 'node:fs';
import path from 'node:path';
import { readBackupConfig } from '../../config.ts';
import { createBackup, megabytes } from '../../operations/backup/create-backup.ts';
import { readInstalled } from '../../operations/backup/installed.ts';
import { restoreBackup } from '../../operations/backup/restore-backup.ts';
import { ensureFolder } from '../../operations/files.ts';
import { OperatorError } from '../../operations/operator-error.ts';
import { parseOptions } from '../../operations/parse-options.ts';
import { ROOT } from '../../operations/paths.ts';
import { createProgress } from '../../operations/progress.ts';
import type { Command, CommandContext } from '../../operations/run-command.ts';

const CREATE_USAGE = 'npm run backup [-- <file or folder>] [--without-secrets]';
const RESTORE_USAGE = 'npm run backup -- restore <file> [--keep-sessions] [--secrets <folder>]';

/** `npm run backup`: writes a backup of the embedded database. */
export const createCommand: Command = async ({ environment, args, print, signal }) => {
  const { values, positionals } = parseOptions(args, { 'without-secrets': { type: 'boolean' } }, CREATE_USAGE, true);
  if (positionals.length > 1) throw new OperatorError(`At most one path is possible. Usage: ${CREATE_USAGE}`);
  const { dataDir } = readDataFolder(environment);
  const file = archiveFile(dataDir, positionals[0]);
  ensureFolder(path.dirname(file));
  const secrets = values['without-secrets'] !== true;
  const size = await createBackup({ dataDir, file, secrets, progress: createProgress(print), signal });
  print(`Backup: ${file} (${megabytes(size)})`);
  print(
    secrets
      ? 'SECRET: it contains the passwords of the database, the keys that sign tokens, and every account. Its mode is 0600; encrypt it before it leaves this machine.'
      : `It contains every account, but not secrets.json and the key files: keep a copy of those of ${dataDir}, without which it cannot be restored.`,
  );
  return 0;
};

/** `npm run backup -- restore <file>`: restores a backup into an empty data folder. */
export const restoreCommand: Command = async ({ environment, args, print, signal }) => {
  const options = { 'keep-sessions': { type: 'boolean' }, secrets: { type: 'string' } } as const;
  const { values, positionals } = parseOptions(args, options, RESTORE_USAGE, true);
  const [name, ...extra] = positionals;
  if (name === undefined || extra.length > 0)
    throw new OperatorError(`Exactly one file is required. Usage: ${RESTORE_USAGE}`);
  const { dataDir, keysElsewhere } = readDataFolder(environment);
  const endSessions = values['keep-sessions'] !== true;
  const { description, endedSessions } = await restoreBackup({
    file: path.resolve(ROOT, name),
    dataDir,
    secretsFrom: values.secrets === undefined ? undefined : path.resolve(ROOT, values.secrets),
    endSessions,
    installed: await readInstalled(dataDir),
    progress: createProgress(print),
    signal,
  });
  print(`Restored into ${dataDir}: the backup of ${description.createdAt}, of Fieldgate ${description.fieldgate}.`);
  print('What changed after that time is lost: passwords, bans and roles are as they were then.');
  print(
    endSessions
      ? `${endedSessions} sessions are ended and the keys are new: every user signs in again, and no older token is accepted.`
      : 'Sessions that ended since then are valid again, and so are mailed links that were used: end them with `delete from auth.session` and `delete from auth.verification`.',
  );
  if (keysElsewhere && endSessions)
    print('The keys of TOKEN_SECRETS are not in the data folder: replace them, or older tokens stay valid.');
  return 0;
};

function readDataFolder(environment: CommandContext['environment']) {
  const { DATA_DIR, DATABASE_URL, TOKEN_SECRETS } = readBackupConfig(environment);
  if (DATABASE_URL !== undefined)
    throw new OperatorError(
      'npm run backup is for the embedded database, and DATABASE_URL names another one: back it up with pg_dump or pg_basebackup (docs/operations.md, "Backup and restore").',
    );
  return { dataDir: path.resolve(ROOT, DATA_DIR), keysElsewhere: TOKEN_SECRETS !== undefined };
}

/** Returns the archive's path: the one given, or a new name in the folder given or beside the data folder. */
function archiveFile(dataDir: string, given: string | undefined): string {
  const target = path.resolve(ROOT, given ?? `${dataDir}.backups`);
  const isFolder =
    given === undefined || given.endsWith('/') || (fs.existsSync(target) && fs.statSync(target).isDirectory());
  const time = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const file = isFolder ? path.join(target, `fieldgate-${time}.tar.gz`) : target;
  if (`${file}/`.startsWith(`${dataDir}/`))
    throw new OperatorError(`${file} is in the data folder, which a backup is to replace: choose another folder.`);
  return file;
}

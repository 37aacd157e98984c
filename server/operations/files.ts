import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { systemErrorCode, OperatorError, explainWriteErrors } from './operator-error.ts';

/** The permission bits of group and others. */
const GROUP_AND_OTHERS = 0o077;

/**
 * Writes a file atomically and durably: after a power cut it has the old content or the new one.
 * @param mode its permissions. Default: 0600
 * @throws {OperatorError} if it cannot be written
 */
export function writeFileAtomically(file: string, text: string, mode = 0o600): void {
  const temporaryFile = `${file}.${randomBytes(4).toString('hex')}`;
  explainWriteErrors(file, () => {
    try {
      fs.writeFileSync(temporaryFile, text, { mode, flag: 'wx', flush: true });
      fs.renameSync(temporaryFile, file);
    } catch (error) {
      fs.rmSync(temporaryFile, { force: true });
      throw error;
    }
    syncFolder(path.dirname(file));
  });
}

/**
 * Creates a folder and its parents with mode 0700, unless it exists. `mkdir` with `recursive` is not used: Node loops for
 * ever where the system reports ENOENT for an existing parent, as below /proc.
 * @throws {OperatorError} if it cannot be created
 */
export function ensureFolder(folder: string): void {
  explainWriteErrors(folder, () => {
    const parent = path.dirname(folder);
    if (parent !== folder && !fs.existsSync(parent)) ensureFolder(parent);
    try {
      fs.mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      const code = systemErrorCode(error);
      if (code === 'EEXIST' && fs.statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
      if (code === 'EEXIST')
        throw new OperatorError(`${folder} is not a folder: choose another path.`, { cause: error });
      if (code === 'ENOENT')
        throw new OperatorError(`${folder} cannot be created: choose another path.`, { cause: error });
      throw error;
    }
  });
}

/** Returns the text of a file; undefined if it does not exist. */
export function readFileIfExists(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Returns the text of a file with secrets; undefined if it does not exist.
 * @throws {OperatorError} with the command to run, if other users of this machine may read or change the file (a copy may
 *   have lost its mode), or this user may not read it
 */
export function readSecretFile(file: string): string | undefined {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (!stats.isFile())
    throw new OperatorError(`${file} is not a file: move it away, or restore the file from a backup.`);
  const toRun = `run chmod 600 '${file.replaceAll("'", String.raw`'\''`)}', and start again`;
  const mode = stats.mode & 0o777;
  // Windows has no such modes; Node invents them.
  if (process.platform !== 'win32' && (mode & GROUP_AND_OTHERS) !== 0)
    throw new OperatorError(
      `${file} holds secrets and is open to other users of this machine (its mode is ${mode.toString(8).padStart(4, '0')}): ${toRun}.`,
    );
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) !== 'EACCES') throw error;
    throw new OperatorError(`${file} may not be read by this user: as its owner ${toRun}.`, { cause: error });
  }
}

/** Makes a rename durable. Windows cannot sync folders. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

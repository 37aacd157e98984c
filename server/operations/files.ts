import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { systemErrorCode, OperatorError, explainWriteErrors } from './operator-error.ts';

/** The permissions of group and others. */
const OTHERS = 0o077;

/**
 * Writes a file so that it is there whole or not at all, also after a power cut.
 * @param mode its permissions
 * @throws {OperatorError} when it cannot be written
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
 * Makes a folder, and those above it, for its owner alone, unless it is there. Node's own way of making those above
 * (`recursive`) goes on for ever where the system says that one is missing which is there, as below /proc.
 * @throws {OperatorError} when it cannot be made
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
      if (code === 'EEXIST') throw new OperatorError(`${folder} is no folder: choose another path.`, { cause: error });
      if (code === 'ENOENT')
        throw new OperatorError(`${folder} cannot be made there: choose another path.`, { cause: error });
      throw error;
    }
  });
}

/** The text of a file; undefined when there is none. */
export function readFileIfExists(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * The text of a file with secrets; undefined when there is none.
 * @throws {OperatorError} with the command to run, when other users of this machine may read or change it (a copy made without
 *   care has lost its mode), or this one may not read it
 */
export function readSecretFile(file: string): string | undefined {
  const stats = fs.statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return undefined;
  if (!stats.isFile()) throw new OperatorError(`${file} is no file: move it away, or put the file back from a backup.`);
  const toRun = `run chmod 600 '${file.replaceAll("'", String.raw`'\''`)}', and start again`;
  const mode = stats.mode & 0o777;
  // Windows has no such modes: Node makes them up.
  if (process.platform !== 'win32' && (mode & OTHERS) !== 0)
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

/** Makes a rename last. Windows has no such thing for folders. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const descriptor = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
}

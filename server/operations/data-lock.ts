import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureFolder, readFileIfExists, writeFileAtomically } from './files.ts';
import { OperatorError, explainWriteErrors } from './operator-error.ts';

const RETRY_MILLISECONDS = 200;

/** Who has a data folder, as told to whoever else wants it. */
export interface LockHolder {
  readonly pid: number;
  /** Where its web client is. */
  readonly url: string;
  readonly stopping?: boolean;
}

/** A data folder that is ours alone until it is released or this process ends. */
export interface DataLock {
  /** Whether the last holder ended without releasing it: parts of it may still be on their way out. */
  readonly afterCrash: boolean;
  /** Lets others know that waiting is worth while. */
  readonly announceStop: () => void;
  readonly release: () => void;
}

/**
 * Makes a data folder, unless it is there, and takes it for this process. The lock is the operating system's, on a file
 * (SQLite's exclusive transaction is the way to one from Node): it ends with the process however that ends, so there is
 * nothing stale to judge and no process id to mistake. A holder that is stopping is waited for.
 * @param dataDir the data folder
 * @param holder what the others shall be told
 * @param waitMilliseconds how long to wait for a holder that is stopping, in milliseconds
 * @throws {OperatorError} naming the holder, or when the folder cannot be written
 */
export async function lockDataFolder(
  dataDir: string,
  holder: LockHolder,
  waitMilliseconds = 10_000,
): Promise<DataLock> {
  ensureFolder(dataDir);
  const holderFile = path.join(dataDir, 'running.json');
  const deadline = Date.now() + waitMilliseconds;
  for (;;) {
    const lock = tryLock(path.join(dataDir, 'lock'));
    if (lock !== undefined) {
      const afterCrash = fs.existsSync(holderFile);
      const write = (state: LockHolder) => writeFileAtomically(holderFile, JSON.stringify(state), 0o644);
      write(holder);
      return {
        afterCrash,
        announceStop: () => write({ ...holder, stopping: true }),
        release: () => {
          fs.rmSync(holderFile, { force: true });
          lock.close();
        },
      };
    }
    const other = readHolder(holderFile);
    if (other === undefined || !other.stopping || Date.now() > deadline) throw inUseError(dataDir, other);
    await delay(RETRY_MILLISECONDS);
  }
}

function tryLock(file: string): DatabaseSync | undefined {
  return explainWriteErrors(file, () => {
    // Opened for appending first, for a plain error where the folder cannot be written.
    fs.closeSync(fs.openSync(file, 'a', 0o600));
    const lock = new DatabaseSync(file);
    try {
      lock.exec('begin exclusive');
      return lock;
    } catch (error) {
      lock.close();
      if (error instanceof Error && error.message.includes('locked')) return undefined;
      if (error instanceof Error && error.message.includes('full'))
        throw new OperatorError(`The disk that holds ${path.dirname(file)} is full: make room and try again.`, {
          cause: error,
        });
      throw new OperatorError(`${file} cannot be locked: put the data folder on a local disk.`, { cause: error });
    }
  });
}

function readHolder(holderFile: string): LockHolder | undefined {
  try {
    return JSON.parse(readFileIfExists(holderFile) ?? '') as LockHolder;
  } catch {
    // The holder has the lock and has not yet written who it is.
    return undefined;
  }
}

function inUseError(dataDir: string, other: LockHolder | undefined): OperatorError {
  const holderText = other === undefined ? 'another process' : `process ${other.pid} (${other.url})`;
  return new OperatorError(`${dataDir} is in use by ${holderText}: stop that one, or set DATA_DIR to another folder.`);
}

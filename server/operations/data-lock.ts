import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureFolder, readFileIfExists, writeFileAtomically } from './files.ts';
import { explainWriteErrors, OperatorError } from './operator-error.ts';

const RETRY_MILLISECONDS = 200;

/** The process that holds a data folder, as named in the error of a second one. */
export interface LockHolder {
  readonly pid: number;
  /** The URL of its web client, or the name of its command. */
  readonly url: string;
  readonly stopping?: boolean;
}

/** An exclusive lock on a data folder, held until it is released or this process exits. */
export interface DataLock {
  /** Whether the last holder exited without releasing it: its child processes may still be running. */
  readonly afterCrash: boolean;
  /** Tells other processes that waiting for the lock is worthwhile. */
  readonly announceStop: () => void;
  readonly release: () => void;
}

/**
 * Creates a data folder unless it exists, and locks it for this process. The lock is an operating system lock on a file
 * (Node offers one only through an exclusive transaction of SQLite), which ends with the process: there is no stale lock
 * to detect and no reused process id to mistake. If the holder is stopping, waits for it.
 * @param dataDir the data folder
 * @param holder what the error of another process says about this one
 * @param waitMilliseconds how long to wait for a holder that is stopping. Default: 10 s
 * @throws {OperatorError} naming the holder, or if the folder cannot be written
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
    // Opening for append first gives a plain errno if the folder cannot be written; SQLite's error has none.
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
    // The holder has the lock and has not yet written its name.
    return undefined;
  }
}

function inUseError(dataDir: string, other: LockHolder | undefined): OperatorError {
  const holderText = other === undefined ? 'another process' : `process ${other.pid} (${other.url})`;
  return new OperatorError(`${dataDir} is in use by ${holderText}: stop that one, or set DATA_DIR to another folder.`);
}

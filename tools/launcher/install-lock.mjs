import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LauncherError } from './launcher-error.mjs';

const HEARTBEAT_MILLISECONDS = 2_000;
const SILENCE_MILLISECONDS = 30_000;
const MAX_WAIT_MILLISECONDS = 15 * 60_000;

/**
 * Runs `work` while holding the installation lock, which only one process can hold. The lock is a file beside
 * node_modules (npm empties that folder), which its holder touches every 2 s. The lock of a holder that has exited, or has
 * been silent for 30 s, is taken over, but not while its npm is running.
 * @param {string} root the repository
 * @param {(started: (npm: number) => void) => Promise<void>} work calls `started` with npm's process id
 * @param {(line: string) => void} log
 * @throws {LauncherError} if the lock is not released within 15 min
 */
export async function withInstallLock(root, work, log) {
  const file = path.join(root, '.install.lock');
  const deadline = Date.now() + MAX_WAIT_MILLISECONDS;
  for (let waiting = false; !tryLock(file); waiting = true) {
    if (!waiting) log('Another process is installing the dependencies; waiting for it.');
    if (Date.now() > deadline)
      throw new LauncherError(`The lock ${file} has been held for 15 minutes: remove it and try again.`);
    await delay(500);
  }
  const heartbeat = setInterval(() => fs.utimesSync(file, new Date(), new Date()), HEARTBEAT_MILLISECONDS);
  const release = () => fs.rmSync(file, { force: true });
  process.once('exit', release);
  try {
    await work((npm) => fs.writeFileSync(file, `${process.pid} ${npm}`));
  } finally {
    clearInterval(heartbeat);
    process.off('exit', release);
    release();
  }
}

function tryLock(file) {
  if (isAbandoned(file)) {
    // Renamed before it is removed: of two processes that found it abandoned, only one succeeds.
    const renamed = `${file}.${process.pid}`;
    try {
      fs.renameSync(file, renamed);
      fs.rmSync(renamed);
    } catch (error) {
      if (error.code !== 'ENOENT') throw error;
    }
  }
  try {
    fs.writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function isAbandoned(file) {
  try {
    const silence = Date.now() - fs.statSync(file).mtimeMs;
    const [holder, npm] = fs.readFileSync(file, 'utf8').split(' ').map(Number);
    if (npm > 0 && isAlive(npm)) return silence > MAX_WAIT_MILLISECONDS;
    return silence > SILENCE_MILLISECONDS || (holder > 0 && !isAlive(holder));
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { unsupportedNode } from './find-node.mjs';
import { LauncherError } from './launcher-error.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PARENT_CHECK_MILLISECONDS = 500;

/**
 * Runs a script under the given Node and waits for its end. Signals are passed on: Ctrl-C reaches the whole process
 * group anyway, and a command treats a second signal as the first one. When npm, our parent, has been killed, the
 * command is told to stop; when we have been killed, it sees its IPC channel close.
 * @param {string} node path of the executable; its folder becomes the first on PATH
 * @param {string} script path of the script
 * @param {string[]} args
 * @param {string} cwd
 * @returns {Promise<number>} its exit code; 128 + n when signal n ended it
 */
export function run(node, script, args, cwd) {
  const { env } = process;
  const PATH = [path.dirname(node), env.PATH ?? env.Path ?? ''].join(path.delimiter);
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', script, ...args], {
    cwd,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { ...env, PATH },
  });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  if (env.npm_lifecycle_event !== undefined) onParentExit(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(error.code === 'ENOENT' ? new LauncherError(unsupportedNode()) : error));
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 1)));
  });
}

/** An orphan gets another parent: polling for that is all that Node offers. On Windows the number never changes. */
function onParentExit(then) {
  const parents = parentIds();
  const check = setInterval(() => {
    if (parentIds() === parents) return;
    clearInterval(check);
    then();
  }, PARENT_CHECK_MILLISECONDS);
  check.unref();
}

/** Our parent, and where that is the shell in which npm runs a script, the shell's: it outlives a killed npm. */
function parentIds() {
  const parent = process.ppid;
  try {
    const [, name, ppid] = /\((.*)\) \S (\d+)/s.exec(fs.readFileSync(`/proc/${parent}/stat`, 'utf8')) ?? [];
    return /^(sh|dash|bash)$/.test(name ?? '') ? `${parent} ${ppid}` : `${parent}`;
  } catch {
    // Not Linux: there the shell gives its place to the script.
    return `${parent}`;
  }
}

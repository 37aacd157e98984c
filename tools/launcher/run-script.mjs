import { spawn } from 'node:child_process';
import fs from 'node:fs';
import { constants } from 'node:os';
import path from 'node:path';
import { unsupportedNode } from './find-node.mjs';
import { LauncherError } from './launcher-error.mjs';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const PARENT_CHECK_MILLISECONDS = 500;

/**
 * The folder in which Node keeps compiled code, and TypeScript without its types, from one start to the next. Beside the code
 * that is compiled: who may write there may change the code anyway, which is not so in Node's default, a folder in /tmp.
 * @param {string} root the repository
 */
const compileCache = (root) => path.join(root, 'node_modules', '.cache', 'node-compile-cache');

/**
 * Runs a script under a Node executable and waits for its end. Signals are forwarded: Ctrl-C reaches the whole process
 * group anyway, and a command ignores a second signal. If npm, the parent of this process, is killed, the command gets
 * SIGTERM; if this process is killed, the command's IPC channel closes.
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
    env: { ...env, PATH, NODE_COMPILE_CACHE: env.NODE_COMPILE_CACHE || compileCache(cwd) },
  });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  if (env.npm_lifecycle_event !== undefined) onParentExit(() => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(error.code === 'ENOENT' ? new LauncherError(unsupportedNode()) : error));
    child.once('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 1)));
  });
}

/** Polls the parent's process id, which changes when the parent exits: Node has no event for that. On Windows it never changes. */
function onParentExit(callback) {
  const parents = parentIds();
  const check = setInterval(() => {
    if (parentIds() === parents) return;
    clearInterval(check);
    callback();
  }, PARENT_CHECK_MILLISECONDS);
  check.unref();
}

/** Returns the parent's id and, if the parent is the shell in which npm runs a script, the shell's parent: the shell outlives a killed npm. */
function parentIds() {
  const parent = process.ppid;
  try {
    const [, name, ppid] = /\((.*)\) \S (\d+)/s.exec(fs.readFileSync(`/proc/${parent}/stat`, 'utf8')) ?? [];
    return /^(sh|dash|bash)$/.test(name ?? '') ? `${parent} ${ppid}` : `${parent}`;
  } catch {
    // Not Linux: there the shell is replaced by the script.
    return `${parent}`;
  }
}

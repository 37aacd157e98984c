import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { withInstallLock } from './install-lock.mjs';
import { forgetInstalled, isInstalled, recordInstalled } from './installed.mjs';
import { explain, LauncherProblem } from './problem.mjs';

const PROGRESS_MILLISECONDS = 5_000;
const NPM_ARGUMENTS = [
  'ci',
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
  '--loglevel=error',
];

/**
 * Installs the locked dependencies if they are missing or stale, one copy at a time, with progress.
 * @param {string} root the repository
 * @throws {LauncherProblem} when npm fails, with its reason
 */
export async function installIfStale(root) {
  if (isInstalled(root)) return;
  fs.accessSync(root, fs.constants.W_OK);
  const log = (line) => console.log(line);
  await withInstallLock(
    root,
    async (started) => {
      if (isInstalled(root)) return;
      forgetInstalled(root);
      await install(root, log, started);
      recordInstalled(root);
    },
    log,
  );
}

async function install(root, log, started) {
  const { packages } = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const began = Date.now();
  const seconds = () => `${((Date.now() - began) / 1_000).toFixed(0)} s`;
  log(`Installing the locked dependencies, ${Object.keys(packages).length - 1} packages at most (once)`);
  const progress = setInterval(() => log(`  installing, ${seconds()}`), PROGRESS_MILLISECONDS);
  try {
    await runNpm(root, started);
  } finally {
    clearInterval(progress);
  }
  log(`  installed (${seconds()})`);
}

/** Runs npm under the Node that it belongs to; shows what it said only when it failed. */
function runNpm(root, started) {
  const { npm_execpath: script, npm_node_execpath: node = process.execPath } = process.env;
  const isNpm = script !== undefined && /npm-cli\.[cm]?js$/.test(script);
  const windows = process.platform === 'win32';
  const child = isNpm
    ? spawn(node, [script, ...NPM_ARGUMENTS], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] })
    : spawn(windows ? 'npm.cmd' : 'npm', NPM_ARGUMENTS, {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        shell: windows,
      });
  if (child.pid !== undefined) started(child.pid);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (said += text));
  const stop = (signal) => child.kill(signal);
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.once(signal, stop);
  return new Promise((resolve, reject) => {
    child.once('error', () => reject(new LauncherProblem('npm was not found: install Node with npm and try again.')));
    child.once('close', (code, signal) => {
      for (const name of signals) process.off(name, stop);
      if (code === 0) return resolve();
      if (signal || code > 128)
        return reject(new LauncherProblem('The installation was interrupted; it begins anew next time.'));
      reject(
        new LauncherProblem(
          explain(said, root) ?? `The dependencies could not be installed. npm said:\n${said.trim()}`,
        ),
      );
    });
  });
}

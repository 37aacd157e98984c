import { spawn } from 'node:child_process';
import { describeFileError, LauncherError } from './launcher-error.mjs';

const NPM_ARGUMENTS = [
  'ci',
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
  // Shown to nobody unless it fails, but npm calls a file that it could not write a warning, and ends with 0.
  '--loglevel=warn',
];
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const UNWRITTEN = /TAR_ENTRY_ERROR (?!.*ENOENT)/;
const NOISE = /^npm (warn (EBADENGINE|deprecated|allow-scripts|Unknown)|notice)/;

/**
 * Runs `npm ci`, with the npm and the Node that run us. What it says is shown only when it fails.
 * @param {string} root the repository
 * @param {(npm: number) => void} started gets npm's process id
 * @throws {LauncherError} when it fails, with its reason
 */
export function installWithNpm(root, started) {
  const child = startNpm(root);
  if (child.pid !== undefined) started(child.pid);
  let said = '';
  const hear = (text) => {
    said += text;
    // It would go on for minutes with every other file.
    if (UNWRITTEN.test(text)) child.kill();
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear);
  const stop = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.once(signal, stop);
  return new Promise((resolve, reject) => {
    child.once('error', () => reject(new LauncherError('npm was not found: install Node with npm and try again.')));
    child.once('close', (code, signal) => {
      for (const name of SIGNALS) process.off(name, stop);
      if (code === 0 && !UNWRITTEN.test(said)) resolve();
      else reject(new LauncherError(reason(said, root, signal !== null || code > 128)));
    });
  });
}

function startNpm(root) {
  const { npm_execpath: script, npm_node_execpath: node = process.execPath } = process.env;
  const options = { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] };
  if (script !== undefined && /npm-cli\.[cm]?js$/.test(script)) return spawn(node, [script, ...NPM_ARGUMENTS], options);
  // On Windows npm is a batch file, which only a shell runs.
  return process.platform === 'win32'
    ? spawn('npm.cmd', NPM_ARGUMENTS, { ...options, shell: true })
    : spawn('npm', NPM_ARGUMENTS, options);
}

function reason(said, root, wasKilled) {
  const sentence = describeFileError(said, root);
  if (sentence !== undefined) return sentence;
  if (wasKilled) return 'The installation was interrupted; it begins anew next time.';
  const words = said.split('\n').filter((line) => !NOISE.test(line));
  return `The dependencies could not be installed. npm said:\n${words.join('\n').trim()}`;
}

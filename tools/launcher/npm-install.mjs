import { spawn } from 'node:child_process';
import { describeFileError, LauncherError } from './launcher-error.mjs';

const NPM_ARGUMENTS = [
  'ci',
  '--ignore-scripts',
  '--include=dev',
  '--include=optional',
  '--no-audit',
  '--no-fund',
  // npm reports a file that it could not write as a warning, with exit code 0. The output is printed only on failure.
  '--loglevel=warn',
];
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const WRITE_FAILURE = /TAR_ENTRY_ERROR (?!.*ENOENT)/;
const NOISE = /^npm (warn (EBADENGINE|deprecated|allow-scripts|Unknown)|notice)/;

/**
 * Runs `npm ci` with the npm and the Node that run this process. Its output is printed only if it fails.
 * @param {string} root the repository
 * @param {(npm: number) => void} started receives npm's process id
 * @throws {LauncherError} if it fails, with npm's error
 */
export function installWithNpm(root, started) {
  const child = startNpm(root);
  if (child.pid !== undefined) started(child.pid);
  let output = '';
  const collect = (text) => {
    output += text;
    // npm would continue for minutes with the other files.
    if (WRITE_FAILURE.test(text)) child.kill();
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', collect);
  const stop = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.once(signal, stop);
  return new Promise((resolve, reject) => {
    child.once('error', () => reject(new LauncherError('npm was not found: install Node with npm and try again.')));
    child.once('close', (code, signal) => {
      for (const name of SIGNALS) process.off(name, stop);
      if (code === 0 && !WRITE_FAILURE.test(output)) resolve();
      else reject(new LauncherError(failureMessage(output, root, signal !== null || code > 128)));
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

function failureMessage(output, root, wasKilled) {
  const message = describeFileError(output, root);
  if (message !== undefined) return message;
  if (wasKilled) return 'The installation was interrupted; the next start repeats it.';
  const lines = output.split('\n').filter((line) => !NOISE.test(line));
  return `The dependencies could not be installed. npm printed:\n${lines.join('\n').trim()}`;
}

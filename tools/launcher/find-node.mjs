import fs from 'node:fs';
import path from 'node:path';
import { LauncherError } from './launcher-error.mjs';

/**
 * Whether a version of Node strips types from TypeScript without a flag.
 * @param {string} version such as `22.18.0`
 */
function runsTypeScript(version) {
  const [major, minor] = version.split('.').map(Number);
  return major >= 24 || (major === 22 && minor >= 18);
}

/**
 * Returns the Node executable that runs the commands: the current one if it runs TypeScript, otherwise the packaged one.
 * @param {string} root the repository
 * @returns {string} its path
 * @throws {LauncherError} if there is none for this machine
 */
export function findNode(root) {
  if (runsTypeScript(process.versions.node)) return process.execPath;
  const system = process.platform === 'win32' ? 'win' : process.platform;
  for (const name of [`node-${system}-${process.arch}`, `node-bin-${process.platform}-${process.arch}`]) {
    const folder = path.join(root, 'node_modules', name);
    if (!fs.existsSync(path.join(folder, 'package.json'))) continue;
    return path.join(folder, JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8')).bin.node);
  }
  throw new LauncherError(unsupportedNode());
}

/** Returns the message for a machine without a Node that can run the commands. */
export function unsupportedNode() {
  return (
    `Node ${process.versions.node} cannot run Fieldgate, and no packaged Node runs on this machine ` +
    `(${process.platform} ${process.arch}): install Node 24 and try again.`
  );
}

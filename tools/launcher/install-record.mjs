import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** The file with the fingerprint of the installation; inside node_modules, so that both are removed together. */
const recordFile = (root) => path.join(root, 'node_modules', '.fieldgate-installed');

/** Returns a hash of the files that determine the dependencies, and of the platform, which determines the binaries. */
export function fingerprint(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['package-lock.json', 'package.json']) hash.update(fs.readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

/**
 * Whether node_modules matches the lock file: by the launcher's record of a finished installation or, after a manual
 * `npm ci`, by npm's own record (node_modules/.package-lock.json, which npm writes last).
 * @param {string} root the repository
 */
export function isInstalled(root) {
  const recorded = read(recordFile(root));
  if (recorded !== undefined) return recorded === fingerprint(root);
  const locked = versions(root, 'package-lock.json');
  const installed = versions(root, 'node_modules/.package-lock.json');
  if (installed === undefined || process.env.npm_config_omit) return false;
  return [...locked].every(([where, { version, optional }]) => installed.get(where)?.version === version || optional);
}

/** Records that the installation is complete. */
export function recordInstalled(root) {
  fs.writeFileSync(recordFile(root), fingerprint(root));
}

/** Removes the record, so that an interrupted installation is repeated. */
export function invalidateInstalled(root) {
  fs.rmSync(recordFile(root), { force: true });
}

function versions(root, file) {
  const text = read(path.join(root, file));
  if (text === undefined) return undefined;
  const { packages } = JSON.parse(text);
  return new Map(Object.entries(packages).filter(([where]) => where !== ''));
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

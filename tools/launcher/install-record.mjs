import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';

/** Where the fingerprint of what was installed lies: inside node_modules, so that both go together. */
const record = (root) => path.join(root, 'node_modules', '.fieldgate-installed');

/** What the dependencies depend on; another platform needs other binaries. */
export function fingerprint(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}\n`);
  for (const file of ['package-lock.json', 'package.json']) hash.update(fs.readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

/**
 * Says whether node_modules holds what the lock file asks for: by our record of a finished installation, or, when
 * somebody ran `npm ci` by hand, by npm's own (which npm writes last).
 * @param {string} root the repository
 */
export function isInstalled(root) {
  const recorded = read(record(root));
  if (recorded !== undefined) return recorded === fingerprint(root);
  const ours = versions(root, 'package-lock.json');
  const theirs = versions(root, 'node_modules/.package-lock.json');
  if (theirs === undefined || process.env.npm_config_omit) return false;
  return [...ours].every(([where, { version, optional }]) => theirs.get(where)?.version === version || optional);
}

/** Records that the installation is complete. */
export function recordInstalled(root) {
  fs.writeFileSync(record(root), fingerprint(root));
}

/** Forgets the record: from here on an interruption means that the installation is done again. */
export function invalidateInstalled(root) {
  fs.rmSync(record(root), { force: true });
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

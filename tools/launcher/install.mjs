import fs from 'node:fs';
import path from 'node:path';
import { withInstallLock } from './install-lock.mjs';
import { invalidateInstalled, isInstalled, recordInstalled } from './install-record.mjs';
import { installWithNpm } from './npm-install.mjs';

const PROGRESS_MILLISECONDS = 5_000;

/**
 * Installs the locked dependencies if they are missing or stale, and prints progress. Only one process installs at a time.
 * @param {string} root the repository
 * @throws {LauncherError} if npm fails, with its error
 */
export async function installIfStale(root) {
  if (isInstalled(root)) return;
  fs.accessSync(root, fs.constants.W_OK);
  const log = (line) => console.log(line);
  await withInstallLock(
    root,
    async (started) => {
      if (isInstalled(root)) return;
      invalidateInstalled(root);
      await install(root, log, started);
      recordInstalled(root);
    },
    log,
  );
}

async function install(root, log, started) {
  const { packages } = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  const startedAt = Date.now();
  const seconds = () => `${((Date.now() - startedAt) / 1_000).toFixed(0)} s`;
  log(`Installing the locked dependencies, ${Object.keys(packages).length - 1} packages at most (first start only)`);
  const progress = setInterval(() => log(`  installing, ${seconds()}`), PROGRESS_MILLISECONDS);
  try {
    await installWithNpm(root, started);
  } finally {
    clearInterval(progress);
  }
  log(`  installed (${seconds()})`);
}

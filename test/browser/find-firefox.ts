import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const NAMES = ['firefox-esr', 'firefox'];

/**
 * Returns the path of a Firefox: FIREFOX_PATH, or the first one on the PATH. No package of npm brings one along, so tests
 * in Firefox run only where it is installed (Debian: `apt-get install firefox-esr`).
 * @param environment environment with FIREFOX_PATH and PATH
 */
export function findFirefox(environment: NodeJS.ProcessEnv): string | undefined {
  const folders = (environment['PATH'] ?? '').split(path.delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const configured = environment['FIREFOX_PATH'];
  return (configured ? [configured] : onPath).find((file) => fs.existsSync(file) && isFirefox(file));
}

function isFirefox(file: string): boolean {
  try {
    return /Firefox/.test(execFileSync(file, ['--version'], { timeout: 15_000, stdio: 'pipe' }).toString());
  } catch {
    return false;
  }
}

import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { type BrowserExecutable, unpackChromium } from './packaged-chromium.ts';

/** Flags for every browser. None weakens the isolation between pages. */
export const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A browser and its properties that tests depend on. */
export interface TestBrowser extends BrowserExecutable {
  /** Its origin, for the log. */
  readonly source: string;
  /** Whether it has a back/forward cache; the packaged one does not. */
  readonly hasBackForwardCache: boolean;
}

const SYSTEM_PATHS = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/**
 * Finds the browser for the browser tests: CHROMIUM_PATH, a Chromium of the system, Playwright's own, then the one in
 * the dependencies (Linux x64).
 * @param environment environment with CHROMIUM_PATH and PATH
 * @param folder folder into which the packaged one may be unpacked
 * @throws {Error} if there is none, with what to do: browser tests are never skipped
 */
export function findBrowser(environment: NodeJS.ProcessEnv, folder: string): TestBrowser {
  const configuredPath = environment['CHROMIUM_PATH'];
  if (configuredPath) {
    if (!reportsVersion(configuredPath))
      throw new Error(`CHROMIUM_PATH names ${configuredPath}, which does not answer --version.`);
    return installed(configuredPath, 'CHROMIUM_PATH');
  }
  const folders = (environment['PATH'] ?? '').split(path.delimiter);
  const system = [...SYSTEM_PATHS, ...SYSTEM_NAMES.flatMap((name) => folders.map((entry) => path.join(entry, name)))];
  const systemBrowser = system.find((file) => fs.existsSync(file) && reportsVersion(file));
  if (systemBrowser !== undefined) return installed(systemBrowser, 'this system');
  const playwrights = chromium.executablePath();
  if (fs.existsSync(playwrights) && reportsVersion(playwrights)) return installed(playwrights, 'Playwright');
  if (process.platform === 'linux' && process.arch === 'x64') {
    const packaged = unpackChromium(folder);
    if (reportsVersion(packaged.executablePath, packaged.environment))
      return { ...packaged, source: '@sparticuz/chromium', hasBackForwardCache: false };
  }
  throw new Error(
    'No Chromium was found: install one, set CHROMIUM_PATH to one, or run `npx playwright install chromium`.',
  );
}

function installed(executablePath: string, source: string): TestBrowser {
  return { executablePath, environment: {}, source, hasBackForwardCache: true };
}

function reportsVersion(executable: string, environment: Readonly<Record<string, string>> = {}): boolean {
  try {
    const options = { env: { ...process.env, ...environment }, timeout: 15_000, stdio: 'pipe' } as const;
    return /\d+\.\d+/.test(execFileSync(executable, ['--version', '--no-sandbox'], options).toString());
  } catch {
    return false;
  }
}

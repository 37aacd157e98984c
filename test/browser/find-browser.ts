import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { type BrowserExecutable, unpackChromium } from './packaged-chromium.ts';

/** How the browser is started, whichever it is. Nothing here weakens what a page may do to another. */
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

/** A browser and what tests need to know about it. */
export interface TestBrowser extends BrowserExecutable {
  /** Where it came from, for the log. */
  readonly source: string;
  /** Whether it keeps pages for the back button; the packaged one does not. */
  readonly hasBackForwardCache: boolean;
}

const SYSTEM_PATHS = ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'];
const SYSTEM_NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];

/**
 * Finds the browser for the browser tests: CHROMIUM_PATH, a Chromium of this system, Playwright's own, and then the one
 * that comes with our dependencies for Linux x64.
 * @param environment where CHROMIUM_PATH and PATH are
 * @param folder where the packaged one may be unpacked
 * @throws {Error} saying what to do when there is none: browser tests are never skipped
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

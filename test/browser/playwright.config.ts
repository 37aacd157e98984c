import path from 'node:path';
import { defineConfig } from '@playwright/test';
import { FLAGS, findBrowser } from './find-browser.ts';

const output = path.resolve(import.meta.dirname, '../../.test');
const browser = findBrowser(process.env, output);
const environment = Object.entries({ ...process.env, ...browser.environment });

/**
 * The browser tests. `npm test` starts the stack and sets WEB_URL (the base of relative addresses) and API_URL.
 * What a browser can do is in `metadata`: `test.info().config.metadata['hasBackForwardCache']`.
 */
export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: path.join(output, 'browser'),
  forbidOnly: true,
  fullyParallel: true,
  workers: 2,
  // Two browsers and the whole stack share CI's two cores; there, but not at a desk, a test has a second try.
  retries: process.env['CI'] ? 1 : 0,
  timeout: 30_000,
  globalTimeout: 15 * 60_000,
  expect: { timeout: 10_000 },
  metadata: { browser: browser.source, hasBackForwardCache: browser.hasBackForwardCache },
  reporter: [['line'], ['json', { outputFile: path.join(output, 'browser.json') }]],
  use: {
    baseURL: process.env['WEB_URL'],
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
    launchOptions: {
      executablePath: browser.executablePath,
      args: FLAGS,
      // Playwright disables the back/forward cache; the tests of sign-out need it.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
      env: Object.fromEntries(environment.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    },
  },
});

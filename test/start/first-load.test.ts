import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { testEnvironment } from '../support/test-environment.ts';

const WEB = path.resolve(import.meta.dirname, '../../web');
const BUILD = path.join(WEB, testEnvironment(process.env)['WEB_BUILD_DIR'] ?? '');

/** What the build reports about each page: the scripts that its first load requests. */
const report = z.array(z.object({ route: z.string(), firstLoadChunkPaths: z.array(z.string()) }));

/** Returns the size of the scripts of a page's first load as they are sent, in bytes: compressed by `precompress`. */
function firstLoadBytes(route: string): number {
  const text = fs.readFileSync(path.join(BUILD, 'diagnostics/route-bundle-stats.json'), 'utf8');
  const page = report.parse(JSON.parse(text)).find((entry) => entry.route === route);
  if (page === undefined) throw new Error(`The build's report has no page ${route}.`);
  // The report names the files by the path of the build folder.
  const files = page.firstLoadChunkPaths.map((name) => path.join(BUILD, name.slice(name.indexOf('static/'))));
  return files.reduce((sum, file) => sum + fs.statSync(`${file}.br`).size, 0);
}

// covers: REACH-08
test.each([
  ['/sign-in', 135_000],
  ['/tasks', 185_000],
])('the first load of %s has at most %d bytes of scripts, as sent with brotli', (route, budget) => {
  const bytes = firstLoadBytes(route);
  expect(bytes).toBeGreaterThan(0);
  expect(bytes).toBeLessThanOrEqual(budget);
});

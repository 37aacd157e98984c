import { chromium, expect, type Page, test } from '@playwright/test';
import lighthouse from 'lighthouse';
import { freePort } from '../../server/operations/ports.ts';
import { FLAGS } from './find-browser.ts';
import { addTask, signUp } from './page-actions.ts';

/** The least score of a judged category, of 100. */
const LEAST_SCORE = 95;
const JUDGED = ['accessibility', 'best-practices'] as const;

const PAGES: readonly { path: string; prepare: (page: Page) => Promise<void> }[] = [
  { path: '/sign-in', prepare: async () => {} },
  {
    path: '/tasks',
    prepare: async (page) => {
      await signUp(page);
      await addTask(page, 'Mend the gate');
    },
  },
];

for (const { path, prepare } of PAGES) {
  // covers: REACH-09
  test(`Lighthouse gives ${path} at least ${LEAST_SCORE} in accessibility and in best practices`, async ({
    launchOptions,
    baseURL,
  }, testInfo) => {
    test.setTimeout(120_000);
    // Lighthouse opens its own page through a port, with the cookies of the browser's default context.
    const port = await freePort();
    const profile = testInfo.outputPath('profile');
    const args = [...FLAGS, `--remote-debugging-port=${port}`];
    const context = await chromium.launchPersistentContext(profile, { ...launchOptions, args, baseURL: baseURL ?? '' });
    try {
      await prepare(context.pages()[0] ?? (await context.newPage()));
      const result = await lighthouse(new URL(path, baseURL).href, {
        port,
        onlyCategories: [...JUDGED, 'performance'],
        disableStorageReset: true,
        logLevel: 'error',
      });
      const { categories, audits, finalDisplayedUrl } = result?.lhr ?? {};
      expect(new URL(finalDisplayedUrl ?? '').pathname, 'the page that was measured').toBe(path);
      const scoreOf = (name: string) => Math.round((categories?.[name]?.score ?? 0) * 100);
      // The time of a machine that runs other tests proves nothing: printed, not judged.
      const scores = [...JUDGED, 'performance'].map((name) => `${name} ${scoreOf(name)}`);
      process.stdout.write(`  Lighthouse, ${path}: ${scores.join(', ')}\n`);
      for (const name of JUDGED) {
        const references = categories?.[name]?.auditRefs ?? [];
        const failed = references.filter(({ id, weight }) => weight > 0 && audits?.[id]?.score === 0);
        const findings = failed.map(({ id }) => `${id}: ${audits?.[id]?.title}`).join('; ');
        expect(scoreOf(name), `${name}: ${findings}`).toBeGreaterThanOrEqual(LEAST_SCORE);
      }
    } finally {
      await context.close();
    }
  });
}

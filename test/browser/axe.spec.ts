import { globSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { makeAdmin, newEmail, signUp } from './page-actions.ts';
import { PAGE_STATES } from './page-states.ts';

type Media = NonNullable<Parameters<Page['emulateMedia']>[0]>;

const LOOKS: readonly { name: string; width: number; media: Media }[] = [
  { name: 'in light colours', width: 1280, media: { colorScheme: 'light' } },
  { name: 'in dark colours', width: 1280, media: { colorScheme: 'dark' } },
  { name: 'at 320 pixels', width: 320, media: { colorScheme: 'light' } },
  { name: 'in forced colours', width: 1280, media: { colorScheme: 'dark', forcedColors: 'active' } },
];

// covers: REACH-05
test('every page of web/app is in the list of pages that axe looks at', () => {
  const app = path.resolve(import.meta.dirname, '../../web/app');
  const paths = globSync('**/page.tsx', { cwd: app }).map((file) => `/${path.posix.dirname(file)}`.replace('/.', '/'));
  expect(Object.keys(PAGE_STATES).toSorted()).toEqual(paths.toSorted());
});

/** Who looks at which pages: several walks, so that they run side by side. */
const WALKS = [
  { audience: 'visitor', pages: 'any page', includes: () => true },
  { audience: 'user', pages: 'any account page', includes: (route: string) => route.startsWith('/account') },
  { audience: 'user', pages: 'any other page', includes: (route: string) => !route.startsWith('/account') },
] as const;

for (const { audience, pages, includes } of WALKS) {
  // covers: REACH-05
  test(`axe finds nothing on ${pages} of a ${audience}, in any of its states, in any look`, async ({ page }) => {
    // Over ten states, each opened once and looked at by axe four times: half a minute on two idle cores.
    test.setTimeout(300_000);
    const email = audience === 'user' ? await signUp(page) : newEmail();
    if (audience === 'user') await makeAdmin(email);
    const walked = Object.entries(PAGE_STATES).filter(([route]) => includes(route));
    const findings: string[] = [];
    for (const state of walked.flatMap(([, states]) => states[audience] ?? [])) {
      await state.open(page, email);
      for (const { name, width, media } of LOOKS) {
        await page.setViewportSize({ width, height: 800 });
        // No text is half transparent while axe looks at it.
        await page.emulateMedia({ forcedColors: 'none', ...media, reducedMotion: 'reduce' });
        const axe = new AxeBuilder({ page });
        // The system chooses the colours, and axe reads `-webkit-text-fill-color`, which keeps the page's.
        if (media.forcedColors === 'active') axe.disableRules('color-contrast');
        const { violations } = await axe.analyze();
        for (const { id, nodes } of violations)
          findings.push(`${state.name} ${name}: ${id}: ${nodes.map(({ html }) => html).join(' ')}`);
      }
    }
    expect(findings).toEqual([]);
  });
}

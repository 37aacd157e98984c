import { expect, test } from '@playwright/test';
import { applyCss, makeAdmin, newEmail, signUp } from './page-actions.ts';
import { PAGE_STATES } from './page-states.ts';

/** What users set, as CSS: a window of 320 pixels is one of 1,280 at 400 % (WCAG 1.4.10). */
const TEXT_SETTINGS = [
  { name: 'their own fonts', css: '' },
  // WCAG 1.4.12, and wider than any usual font.
  { name: 'wide text', css: '* { letter-spacing: 0.12em !important; word-spacing: 0.16em !important }' },
  // WCAG 1.4.4
  { name: 'text of 200 %', css: 'html { font-size: 200% }' },
];

for (const audience of ['visitor', 'user'] as const) {
  // covers: REACH-03
  test(`no page of a ${audience} scrolls sideways at 320 pixels, with wide text, and with text of 200 %`, async ({
    page,
  }) => {
    test.setTimeout(180_000);
    await page.setViewportSize({ width: 320, height: 640 });
    const email = audience === 'user' ? await signUp(page) : newEmail();
    if (audience === 'user') await makeAdmin(email);
    const overflows: string[] = [];
    for (const state of Object.values(PAGE_STATES).flatMap((states) => states[audience] ?? [])) {
      await state.open(page, email);
      for (const { name, css } of TEXT_SETTINGS) {
        await applyCss(page, css);
        const width = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
        if (width > 0) overflows.push(`${state.name} with ${name}: ${width} pixels`);
      }
    }
    expect(overflows).toEqual([]);
  });
}

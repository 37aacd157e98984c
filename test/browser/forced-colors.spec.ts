import { expect, type Locator, type Page, test } from '@playwright/test';
import { addTask, signUp } from './page-actions.ts';

/** The outline of the element with the focus. Not a picture: the caret alone would be a difference, and is no focus ring. */
const OUTLINE = `(({ outlineStyle, outlineWidth, outlineColor }) => [outlineStyle, outlineWidth, outlineColor].join(' '))(
  getComputedStyle(document.activeElement))`;

/** Expects that each field has a visible outline while it has the focus. */
async function expectFocusRings(page: Page, fields: Locator): Promise<void> {
  await expect(fields.first()).toBeVisible();
  const all = await fields.all();
  for (const field of all) {
    await field.focus();
    const outline = await page.evaluate<string>(OUTLINE);
    expect(outline).toMatch(/^solid 2px rgb/);
    // Forced colours replace `transparent`; a colour that stays transparent would be no ring.
    expect(outline).not.toContain('rgba(0, 0, 0, 0)');
  }
}

for (const colorScheme of ['light', 'dark'] as const) {
  // covers: REACH-04
  test(`a text field with the focus shows it in forced colours on a ${colorScheme} ground`, async ({ page }) => {
    await page.emulateMedia({ forcedColors: 'active', colorScheme });
    await page.goto('/sign-in', { waitUntil: 'networkidle' });
    await expectFocusRings(page, page.getByRole('textbox'));
    await signUp(page);
    await addTask(page, 'Mend the gate');
    await expectFocusRings(page, page.getByLabel('New task'));
    await page.getByRole('button', { name: 'Mend the gate', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit task' });
    await expectFocusRings(page, dialog.getByRole('textbox'));
  });
}

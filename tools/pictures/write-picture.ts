import fs from 'node:fs';
import type { Page } from '@playwright/test';
import sharp from 'sharp';

/** Writes what a page shows as a PNG with a palette: a third of a screenshot's size, and the same to the eye. */
export async function writePicture(page: Page, file: string): Promise<void> {
  const screenshot = await page.screenshot({ animations: 'disabled', caret: 'hide' });
  fs.writeFileSync(file, await sharp(screenshot).png({ palette: true, quality: 95, effort: 10 }).toBuffer());
}

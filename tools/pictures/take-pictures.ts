import { chromium } from '@playwright/test';
import { inRoot } from '../../server/operations/paths.ts';
import { FLAGS, findBrowser } from '../../test/browser/find-browser.ts';
import { drawBrandPictures } from './brand-pictures.ts';
import { type PicturedStack, takePagePictures } from './page-pictures.ts';

/** Writes every picture of the repository: those of the brand into web/app, those of pages into docs/images. */
export async function takePictures(
  stack: PicturedStack,
  environment: NodeJS.ProcessEnv,
  log: (line: string) => void,
): Promise<void> {
  const found = findBrowser(environment, inRoot('.test'));
  const entries = Object.entries({ ...environment, ...found.environment });
  const browser = await chromium.launch({
    executablePath: found.executablePath,
    args: FLAGS,
    env: Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined)),
  });
  try {
    await drawBrandPictures(browser, inRoot('web/app'));
    await takePagePictures(browser, stack, inRoot('docs/images'), log);
  } finally {
    await browser.close();
  }
}

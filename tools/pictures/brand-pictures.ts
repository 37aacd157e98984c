import fs from 'node:fs';
import path from 'node:path';
import type { Browser } from '@playwright/test';
import { writePicture } from './write-picture.ts';

/**
 * Draws the pictures of the brand that cannot be SVG, from icon.svg: the touch icon, and the picture that other sites
 * show beside a link.
 * @param app the folder web/app
 */
export async function drawBrandPictures(browser: Browser, app: string): Promise<void> {
  const icon = fs.readFileSync(path.join(app, 'icon.svg'), 'utf8');
  const pictures = [
    // iOS rounds the corners itself.
    { file: 'apple-icon.png', width: 180, height: 180, html: icon.replace('rx="7"', 'rx="0"') },
    {
      file: 'opengraph-image.png',
      width: 1200,
      height: 630,
      html: `<style>body { display: grid; align-content: center; gap: 32px; padding: 96px; background: #f5f6f3;
          color: #1b211d; font: 400 40px/1.3 system-ui, sans-serif }
        svg { width: 128px; height: 128px } h1 { margin: 0; font-size: 96px; line-height: 1 } p { margin: 0 }</style>
        ${icon}<h1>Fieldgate</h1><p>Your tasks, visible only to you.</p>`,
    },
  ];
  for (const { file, width, height, html } of pictures) {
    const page = await browser.newPage({ viewport: { width, height } });
    await page.setContent(`<!doctype html><style>* { box-sizing: border-box } body { margin: 0; height: 100vh }
      svg { display: block }</style>${html}`);
    await writePicture(page, path.join(app, file));
    await page.close();
  }
}

import fs from 'node:fs';
import path from 'node:path';
import { chromium } from '@playwright/test';
import { FLAGS, findBrowser } from './find-browser.ts';

/**
 * Draws the pictures of the brand that cannot be SVG, from web/app/icon.svg: the touch icon, and the picture that other
 * sites show beside a link. Run it with Node after a change of the icon; its output is in git.
 */
const app = path.resolve(import.meta.dirname, '../../web/app');
const icon = fs.readFileSync(path.join(app, 'icon.svg'), 'utf8');
const output = path.resolve(import.meta.dirname, '../../.test');
const { executablePath, environment } = findBrowser(process.env, output);

const PICTURES = [
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

const browser = await chromium.launch({
  executablePath,
  args: FLAGS,
  env: { ...process.env, ...environment },
});
for (const { file, width, height, html } of PICTURES) {
  const page = await browser.newPage({ viewport: { width, height } });
  await page.setContent(`<!doctype html><style>* { box-sizing: border-box } body { margin: 0; height: 100vh }
    svg { display: block }</style>${html}`);
  await page.screenshot({ path: path.join(app, file) });
  await page.close();
}
await browser.close();

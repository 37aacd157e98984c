import { get, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync } from 'node:zlib';
import { expect, test } from '@playwright/test';

/** Requests a page as a browser does; Playwright's own requests decompress the response. */
async function requestPage(url: string): Promise<{ response: IncomingMessage; body: Buffer }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { headers: { 'Accept-Encoding': 'gzip, deflate, br, zstd' } }, resolve).on('error', reject);
  });
  return { response, body: await buffer(response) };
}

// covers: REACH-06
test('the HTML of a page is compressed with brotli', async ({ baseURL }) => {
  for (const path of ['/', '/sign-in', '/access']) {
    const { response, body } = await requestPage(new URL(path, baseURL).href);
    expect(response.headers['content-encoding'], path).toBe('br');
    expect(brotliDecompressSync(body).toString(), path).toContain('</html>');
  }
});

// covers: REACH-07
test('a page names its title, text and picture for sites that show a link to it', async ({ page, baseURL }) => {
  await page.goto('/');
  const content = (property: string) => page.locator(`meta[property="${property}"]`).getAttribute('content');
  expect(await content('og:site_name')).toBe('Fieldgate');
  expect(await content('og:title')).not.toBe('');
  expect(await content('og:description')).not.toBe('');
  const picture = new URL((await content('og:image')) ?? '');
  expect(picture.origin).toBe(baseURL);
  const response = await page.request.get(picture.href);
  expect([response.status(), response.headers()['content-type']]).toEqual([200, 'image/png']);
});

// covers: REACH-07
test('a page links a web manifest whose icons exist, and a touch icon', async ({ page }) => {
  await page.goto('/sign-in');
  const manifestPath = await page.locator('link[rel="manifest"]').getAttribute('href');
  const response = await page.request.get(manifestPath ?? '');
  expect([response.status(), response.headers()['content-type']]).toEqual([200, 'application/manifest+json']);
  const manifest = (await response.json()) as {
    name: string;
    start_url: string;
    icons: { src: string; type: string }[];
  };
  expect(manifest).toMatchObject({ name: 'Fieldgate', start_url: '/tasks' });
  const touchIcon = await page.locator('link[rel="apple-touch-icon"]').getAttribute('href');
  for (const { src, type } of [...manifest.icons, { src: touchIcon ?? '', type: 'image/png' }]) {
    const icon = await page.request.get(src);
    expect([icon.status(), icon.headers()['content-type']], src).toEqual([200, type]);
  }
});

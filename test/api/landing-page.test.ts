import { describe, expect, test } from 'vitest';
import { landingPage } from '../../server/http/landing-page.ts';
import { errorCodes } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';

const STUDIO = 'https://studio.apollographql.com';
const API_URL = 'https://api.example';
const fixture = setUpApiFixture({}, { API_URL, EXPLORER_ORIGINS: [STUDIO] });

/** As browsers ask for what is navigated to: Chrome, Firefox, Safari, an old one, and by hand. */
const BROWSERS = [
  'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7',
  'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'text/html, application/xhtml+xml, image/jxr, */*',
  'text/html',
  'TEXT/HTML;charset=utf-8',
  'application/json;q=0.9, text/html',
];
const PROGRAMS = ['*/*', 'application/json', 'application/json, text/html;q=0.9', 'text/html;q=0', 'text/plain', ''];

describe('GET /graphql', () => {
  test.each(BROWSERS)('with Accept: %j is a page', async (accept) => {
    for (const path of ['/graphql', '/graphql?query=%7Bstatus%7Bok%7D%7D']) {
      const { status, headers, text } = await fixture.api.send(path, { headers: { accept } });
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(text).toContain('<h1>Fieldgate GraphQL API</h1>');
    }
  });

  test.each(PROGRAMS)('with Accept: %j is 405 in JSON, as ever', async (accept) => {
    const response = await fixture.api.send('/graphql', { headers: { accept } });
    expect([response.status, errorCodes(response), response.headers.get('allow')]).toEqual([
      405,
      ['METHOD_NOT_ALLOWED'],
      'POST',
    ]);
  });

  test('by HEAD has the same headers and no body, and only a browser gets them', async () => {
    const asked = { method: 'HEAD', headers: { accept: 'text/html' } };
    const { status, text, headers } = await fixture.api.send('/graphql', asked);
    expect([status, text, headers.get('content-type')]).toEqual([200, '', 'text/html; charset=utf-8']);
    expect((await fixture.api.send('/graphql', { method: 'HEAD' })).status).toBe(405);
  });

  // covers: HTTP-12
  test('is a page that no cache keeps and that loads, runs and frames nothing', async () => {
    const { headers, text } = await fixture.api.send('/graphql', { headers: { accept: 'text/html' } });
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get('cache-control')).toContain('no-store');
    expect(headers.get('vary')).toMatch(/Accept/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(text).not.toMatch(/<script|<iframe|<img|<link|\bsrc=|@import|url\(|\bon\w+=|\bstyle=/i);
  });

  test('has an answer for POST that a browser’s Accept does not change', async () => {
    const headers = { 'content-type': 'application/json', accept: 'text/html' };
    const response = await fixture.api.send('/graphql', {
      method: 'POST',
      headers,
      body: '{"query":"{ status { ok } }"}',
    });
    expect([response.status, errorCodes(response)]).toEqual([406, ['NOT_ACCEPTABLE']]);
  });
});

describe('the page', () => {
  const page = { apiUrl: API_URL, webUrl: 'https://tasks.example', explorers: [STUDIO] };

  // covers: EDGE-31
  test('leads to Sandbox with this endpoint filled in', () => {
    const [, link = ''] = /href="(https:\/\/studio[^"]+)"/.exec(landingPage(page)) ?? [];
    expect(new URL(link).origin + new URL(link).pathname).toBe(`${STUDIO}/sandbox/explorer`);
    expect(new URL(link).searchParams.get('endpoint')).toBe(`${API_URL}/graphql`);
  });

  test('says what to set where Sandbox is not let in', () => {
    const text = landingPage({ ...page, explorers: ['https://explorer.example'] });
    expect(text).not.toContain('href="https://studio');
    expect(text).toContain(`EXPLORER_ORIGINS=${STUDIO}`);
  });

  test('says how to get a token and to send it, with the addresses of this server', () => {
    const text = landingPage(page).replaceAll('&#39;', "'").replaceAll('&quot;', '"');
    expect(text).toContain("curl -s 'https://tasks.example/api/auth/sign-in/email'");
    expect(text).toContain("-H 'Origin: https://tasks.example'");
    expect(text).toContain("curl -s 'https://api.example/graphql'");
  });

  test('is marked up for everybody who reads it', () => {
    const text = landingPage(page);
    for (const part of ['<html lang="en">', '<title>', '<main>', '<h1>', 'width=device-width'])
      expect(text).toContain(part);
    expect(text.match(/<h1>/g)).toHaveLength(1);
  });

  // covers: HTTP-12
  test('takes nothing of a setting for markup, nor for a command', () => {
    const odd = `https://a"b<i>&'c.example`;
    const text = landingPage({ apiUrl: odd, webUrl: odd, explorers: [STUDIO] });
    expect(text).not.toContain('<i>');
    expect(text).not.toContain('a"b');
    expect(text).toContain(`&#39;\\&#39;&#39;c.example`);
  });
});

import { describe, expect, test } from 'vitest';
import { landingPage } from '../../server/http/landing-page.ts';
import { errorCodes } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';

const STUDIO = 'https://studio.apollographql.com';
const API_URL = 'https://api.example';
const fixture = setUpApiFixture({}, { API_URL, EXPLORER_ORIGINS: [STUDIO] });

/** The Accept header of a navigation in Chrome, Firefox, Safari and an old browser, and variants of it. */
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
  test.each(BROWSERS)('serves the landing page with Accept: %j', async (accept) => {
    for (const path of ['/graphql', '/graphql?query=%7Bstatus%7Bok%7D%7D']) {
      const { status, headers, text } = await fixture.api.send(path, { headers: { accept } });
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(text).toContain('<h1>Fieldgate GraphQL API</h1>');
    }
  });

  test.each(PROGRAMS)('rejects Accept: %j with 405 in JSON', async (accept) => {
    const response = await fixture.api.send('/graphql', { headers: { accept } });
    expect([response.status, errorCodes(response), response.headers.get('allow')]).toEqual([
      405,
      ['METHOD_NOT_ALLOWED'],
      'POST',
    ]);
  });

  test('answers HEAD /graphql with the page’s headers and no body, to browsers only', async () => {
    const request = { method: 'HEAD', headers: { accept: 'text/html' } };
    const { status, text, headers } = await fixture.api.send('/graphql', request);
    expect([status, text, headers.get('content-type')]).toEqual([200, '', 'text/html; charset=utf-8']);
    expect((await fixture.api.send('/graphql', { method: 'HEAD' })).status).toBe(405);
  });

  // covers: HTTP-12
  test('serves a page that is not cached, loads nothing, runs no script and has no frames', async () => {
    const { headers, text } = await fixture.api.send('/graphql', { headers: { accept: 'text/html' } });
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[\w+/=]+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get('cache-control')).toContain('no-store');
    expect(headers.get('vary')).toMatch(/Accept/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(text).not.toMatch(/<script|<iframe|<img|<link|\bsrc=|@import|url\(|\bon\w+=|\bstyle=/i);
  });

  test('rejects POST with a browser’s Accept header with 406', async () => {
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
  test('links to Sandbox with this endpoint filled in', () => {
    const [, link = ''] = /href="(https:\/\/studio[^"]+)"/.exec(landingPage(page)) ?? [];
    expect(new URL(link).origin + new URL(link).pathname).toBe(`${STUDIO}/sandbox/explorer`);
    expect(new URL(link).searchParams.get('endpoint')).toBe(`${API_URL}/graphql`);
  });

  // covers: EXPLORE-08
  test('leads to /explore of the web app', () => {
    expect(landingPage(page)).toContain('href="https://tasks.example/explore"');
  });

  test('shows the EXPLORER_ORIGINS setting where Sandbox is not allowed', () => {
    const text = landingPage({ ...page, explorers: ['https://explorer.example'] });
    expect(text).not.toContain('href="https://studio');
    expect(text).toContain(`EXPLORER_ORIGINS=${STUDIO}`);
  });

  test('shows commands that get and send a token, with the URLs of this server', () => {
    const text = landingPage(page).replaceAll('&#39;', "'").replaceAll('&quot;', '"');
    expect(text).toContain("curl -s 'https://tasks.example/api/auth/sign-in/email'");
    expect(text).toContain("-H 'Origin: https://tasks.example'");
    expect(text).toContain("curl -s 'https://api.example/graphql'");
  });

  test('marks the page up with a language, a title, a main element, one h1 and a viewport', () => {
    const text = landingPage(page);
    for (const part of ['<html lang="en">', '<title>', '<main>', '<h1>', 'width=device-width'])
      expect(text).toContain(part);
    expect(text.match(/<h1>/g)).toHaveLength(1);
  });

  // covers: HTTP-12
  test('escapes settings in HTML and in shell commands', () => {
    const odd = `https://a"b<i>&'c.example`;
    const text = landingPage({ apiUrl: odd, webUrl: odd, explorers: [STUDIO] });
    expect(text).not.toContain('<i>');
    expect(text).not.toContain('a"b');
    expect(text).toContain(`&#39;\\&#39;&#39;c.example`);
  });
});

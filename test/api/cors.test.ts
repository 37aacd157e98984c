import { describe, expect, test } from 'vitest';
import { WEB_URL } from '../support/test-api.ts';
import { setUpApiFixture } from '../support/api-fixture.ts';

const fixture = setUpApiFixture();

const execute = (origin: string) => fixture.api.execute('{ status { ok } }', { headers: { origin } });

describe('CORS', () => {
  const preflight = (origin: string) =>
    fixture.api.send('/graphql', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type',
      },
    });

  test('allows the web app’s origin to send an Authorization header and to read the response', async () => {
    const { status, headers, text } = await preflight(WEB_URL);
    expect([status, text]).toEqual([204, '']);
    expect(headers.get('access-control-allow-origin')).toBe(WEB_URL);
    expect(headers.get('access-control-allow-methods')).toBe('POST');
    expect(headers.get('access-control-allow-headers')).toBe('authorization, content-type, traceparent');
    const response = await execute(WEB_URL);
    expect(response.headers.get('access-control-allow-origin')).toBe(WEB_URL);
    expect(response.headers.get('access-control-expose-headers')).toContain('www-authenticate');
  });

  // covers: HTTP-13
  test.each([
    'http://evil.test',
    'null',
    `${WEB_URL}.evil.test`,
    'https://web.test',
    'http://WEB.test',
    `${WEB_URL}:80`,
    'http://sub.web.test',
  ])('allows no other origin: %s', async (origin) => {
    const responses = [await preflight(origin), await execute(origin)];
    for (const { headers } of responses) expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  test('answers OPTIONS without a requested method with an empty 204', async () => {
    const { status, text } = await fixture.api.send('/graphql', { method: 'OPTIONS' });
    expect([status, text]).toEqual([204, '']);
  });

  // covers: HTTP-13
  test('never sends Access-Control-Allow-Credentials', async () => {
    const responses = [
      await preflight(WEB_URL),
      await execute(WEB_URL),
      await fixture.api.send('/graphql', { method: 'OPTIONS' }),
    ];
    for (const { headers } of responses) expect(headers.get('access-control-allow-credentials')).toBeNull();
  });
});

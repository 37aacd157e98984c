import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type AccountServer, newEmail, startAccountServer, WRONG } from './account-server.ts';

/** TRUSTED_PROXIES, and for each X-Forwarded-For the client that a request counts as. The tests connect from 127.0.0.1. */
const SETTINGS: readonly (readonly [string, readonly string[], readonly (readonly [string, string])[]])[] = [
  [
    'without proxies',
    [],
    [
      ['', '127.0.0.1'],
      ['203.0.113.9', '127.0.0.1'],
      ['127.0.0.1', '127.0.0.1'],
      ['203.0.113.9, 198.51.100.7', '127.0.0.1'],
      ['2001:db8::1', '127.0.0.1'],
    ],
  ],
  [
    'with one proxy',
    ['127.0.0.1'],
    [
      ['', '127.0.0.1'],
      ['198.51.100.7', '198.51.100.7'],
      ['203.0.113.9, 198.51.100.7', '198.51.100.7'],
      ['203.0.113.9, 10.0.0.2', '10.0.0.2'],
      ['203.0.113.9,nonsense', '127.0.0.1'],
      ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
      ['2001:DB8:1:2:FFFF::1', '2001:db8:1:2::/64'],
      ['::ffff:198.51.100.7', '198.51.100.7'],
    ],
  ],
  [
    'with two proxies',
    ['127.0.0.1', '10.0.0.0/8'],
    [
      ['', '127.0.0.1'],
      ['198.51.100.7, 10.0.0.2', '198.51.100.7'],
      ['203.0.113.9, 198.51.100.7, 10.0.0.2', '198.51.100.7'],
      ['203.0.113.9, 10.9.9.9, 198.51.100.7, 10.0.0.2', '198.51.100.7'],
      ['2001:db8:1:2::9, 10.0.0.2', '2001:db8:1:2::/64'],
      ['198.51.100.7, ::ffff:10.0.0.2', '198.51.100.7'],
    ],
  ],
];

describe.each(SETTINGS)('%s', (setting, proxies, cases) => {
  let server: AccountServer;
  beforeAll(async () => {
    server = await startAccountServer(proxies);
  });
  afterAll(() => server.end());
  beforeEach(() => server.superuser.rows('delete from auth.rate_limit'));

  // covers: ACCOUNT-04, FR-023.1
  test.each(cases)(
    `${setting} a request with X-Forwarded-For %j counts for the client %s`,
    async (forwarded, client) => {
      const headers: Record<string, string> = forwarded === '' ? {} : { 'x-forwarded-for': forwarded };
      const { status } = await server.send({ headers, body: { email: newEmail(), password: WRONG } });
      expect([status, await server.countedKeys()]).toEqual([401, [`${client} /sign-in/email`]]);
    },
  );
});

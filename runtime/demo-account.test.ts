import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDemoOpen } from './demo-account.ts';

const LOOPBACK = ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000', 'https://localhost'];
const PUBLIC = [
  'https://tasks.example',
  'https://localhost.example',
  'https://127.0.0.1.example',
  'http://192.168.0.2:3000',
  'http://0.0.0.0:3000',
  'https://[2001:db8::1]',
  'https://example.localhost.evil.example',
];

// covers: ACCOUNT-20
test('the demo account is open only where both origins are loopback origins', () => {
  const hosts = { API_HOST: '127.0.0.1', WEB_HOST: '127.0.0.1' };
  const origin = fc.constantFrom(...LOOPBACK, ...PUBLIC);
  fc.assert(
    fc.property(
      origin,
      origin,
      (API_URL, WEB_URL) =>
        isDemoOpen({ API_URL, WEB_URL, ...hosts }) === (LOOPBACK.includes(API_URL) && LOOPBACK.includes(WEB_URL)),
    ),
  );
});

// covers: ACCOUNT-20, PROC-04
test.each([{ API_HOST: '0.0.0.0' }, { WEB_HOST: '::' }, { WEB_HOST: '10.0.0.1' }])(
  'the demo account is closed with %j on loopback origins',
  (host) => {
    const [API_URL = '', WEB_URL = ''] = LOOPBACK;
    expect(isDemoOpen({ API_URL, WEB_URL, API_HOST: '127.0.0.1', WEB_HOST: '127.0.0.1', ...host })).toBe(false);
  },
);

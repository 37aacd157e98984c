import * as fc from 'fast-check';
import { test } from 'vitest';
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
  const origin = fc.constantFrom(...LOOPBACK, ...PUBLIC);
  fc.assert(
    fc.property(
      origin,
      origin,
      (API_URL, WEB_URL) =>
        isDemoOpen({ API_URL, WEB_URL }) === (LOOPBACK.includes(API_URL) && LOOPBACK.includes(WEB_URL)),
    ),
  );
});

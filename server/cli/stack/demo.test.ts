import * as fc from 'fast-check';
import { test } from 'vitest';
import { allowsDemo } from './demo.ts';

const LOOPBACK = ['http://localhost:3000', 'http://127.0.0.1:3000', 'http://[::1]:3000', 'https://localhost'];
const OPEN = [
  'https://tasks.example',
  'https://localhost.example',
  'https://127.0.0.1.example',
  'http://192.168.0.2:3000',
  'http://0.0.0.0:3000',
  'https://[2001:db8::1]',
  'https://example.localhost.evil.example',
];

test('the demo account is allowed only where both origins are loopback origins', () => {
  const origin = fc.constantFrom(...LOOPBACK, ...OPEN);
  fc.assert(
    fc.property(
      origin,
      origin,
      (api, web) => allowsDemo({ api, web }) === (LOOPBACK.includes(api) && LOOPBACK.includes(web)),
    ),
  );
});

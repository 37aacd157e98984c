import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sharedAddressWarning } from './shared-address.ts';

const loopback = fc
  .tuple(
    fc.constantFrom('http', 'https'),
    fc.constantFrom('localhost', '127.0.0.1', '[::1]'),
    fc.integer({ min: 1, max: 65_535 }),
  )
  .map(([scheme, host, port]) => `${scheme}://${host}:${port}`);
const open = fc.oneof(
  fc.domain().map((host) => `https://${host}`),
  fc
    .ipV4()
    .filter((address) => !address.startsWith('127.'))
    .map((address) => `http://${address}`),
  fc.constantFrom(
    'https://localhost.example',
    'https://127.0.0.1.example',
    'https://[2001:db8::1]',
    'http://0.0.0.0:3000',
  ),
);

// covers: OPS-12
test('sharedAddressWarning names each public origin and TRUSTED_PROXIES, if no proxy is trusted', () => {
  fc.assert(
    fc.property(open, loopback, open, (one, own, two) => {
      for (const [API_URL, WEB_URL] of [
        [one, own],
        [own, one],
        [one, two],
      ] as const) {
        const warning = sharedAddressWarning({ API_URL, WEB_URL, TRUSTED_PROXIES: [] });
        expect(warning).toContain('Set TRUSTED_PROXIES to the address or CIDR range of the proxy');
        for (const origin of [API_URL, WEB_URL].filter((each) => each !== own)) expect(warning).toContain(origin);
      }
    }),
  );
});

test('sharedAddressWarning is silent on loopback origins, and where a proxy is trusted', () => {
  fc.assert(
    fc.property(loopback, loopback, (API_URL, WEB_URL) => {
      expect(sharedAddressWarning({ API_URL, WEB_URL, TRUSTED_PROXIES: [] })).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(open, open, (API_URL, WEB_URL) => {
      expect(sharedAddressWarning({ API_URL, WEB_URL, TRUSTED_PROXIES: ['10.0.0.0/8'] })).toBeUndefined();
    }),
  );
});

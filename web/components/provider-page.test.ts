import { expect, test } from 'vitest';
import { providerPage } from './provider-page.ts';

test('providerPage returns the address that the response names', () => {
  expect(providerPage({ url: 'https://login.example/authorize', redirect: false })).toBe(
    'https://login.example/authorize',
  );
});

test.each([
  null,
  undefined,
  'https://login.example',
  {},
  { url: 7 },
  { url: 'javascript:alert(1)' },
  { url: '/tasks' },
])('providerPage returns no address for the body %j', (body) => {
  expect(providerPage(body)).toBeUndefined();
});

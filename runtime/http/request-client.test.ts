import { expect, test } from 'vitest';
import { clientOf, NO_CLIENT, requestClient } from './request-client.ts';

test('a client is named by its IP address and its User-Agent', () => {
  expect(requestClient('192.0.2.1', 'Firefox')).toEqual({ address: '192.0.2.1', userAgent: 'Firefox' });
  expect(requestClient('2001:db8::1', undefined)).toEqual({ address: '2001:db8::1', userAgent: null });
});

test('a text that is no IP address is not recorded as one', () => {
  expect(requestClient('192.0.2.1, 192.0.2.2', null)).toEqual(NO_CLIENT);
});

test('a long User-Agent and a long zone id are cut to what the security log stores', () => {
  const { address, userAgent } = requestClient(`fe80::1%${'z'.repeat(100)}`, 'x'.repeat(400));
  expect([address?.length, userAgent?.length]).toEqual([64, 300]);
});

test('headers name the client by X-Forwarded-For, absent headers none', () => {
  expect(clientOf(new Headers({ 'x-forwarded-for': '192.0.2.1', 'user-agent': 'Firefox' }))).toEqual({
    address: '192.0.2.1',
    userAgent: 'Firefox',
  });
  expect(clientOf(new Headers())).toEqual(NO_CLIENT);
  expect(clientOf(undefined)).toEqual(NO_CLIENT);
});

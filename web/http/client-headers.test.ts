import { expect, test } from 'vitest';
import { clientHeaders } from './client-headers.ts';

// covers: PROC-05
test('clientHeaders returns the address and the User-Agent of a request, and no other header', () => {
  const headers = { 'x-forwarded-for': '198.51.100.7', 'user-agent': 'Firefox', cookie: 'session=secret', host: 'x' };
  expect(clientHeaders(new Headers(headers))).toEqual({ 'x-forwarded-for': '198.51.100.7', 'user-agent': 'Firefox' });
});

test('clientHeaders omits what the request does not have', () => {
  expect(clientHeaders(new Headers())).toEqual({});
});

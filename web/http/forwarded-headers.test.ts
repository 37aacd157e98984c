import { expect, test } from 'vitest';
import { trustedProxies } from '../../runtime/http/client-address.ts';
import { replaceForwardedHeaders } from './forwarded-headers.ts';

const webUrl = new URL('https://tasks.example');

// covers: ACCOUNT-04
test('replaceForwardedHeaders replaces forged headers by verified values', () => {
  const headers = {
    host: 'evil.example',
    accept: 'text/html',
    forwarded: 'for=1.1.1.1',
    'x-forwarded-for': '1.1.1.1',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-port': '1',
    'x-forwarded-proto': 'http',
    'x-real-ip': '1.1.1.1',
    'x-middleware-subrequest': 'proxy',
  };
  replaceForwardedHeaders(headers, '203.0.113.7', { webUrl, isTrusted: trustedProxies([]) });
  expect(headers).toEqual({
    host: 'tasks.example',
    accept: 'text/html',
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-host': 'tasks.example',
    'x-forwarded-proto': 'https',
  });
});

// covers: ACCOUNT-04
test('replaceForwardedHeaders trusts a proxy for the address alone', () => {
  const headers = { 'x-forwarded-for': '198.51.100.1', 'x-forwarded-host': 'evil.example' };
  replaceForwardedHeaders(headers, '::1', { webUrl, isTrusted: trustedProxies(['::1']) });
  expect(headers).toMatchObject({ 'x-forwarded-for': '198.51.100.1', 'x-forwarded-host': 'tasks.example' });
});

import { expect, test } from 'vitest';
import { securityHeaders } from './security-headers.ts';

// covers: WEB-07
test('securityHeaders forbids framing, MIME sniffing and all sources', () => {
  expect(securityHeaders(new URL('http://localhost:3000'))).toMatchObject({
    'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
    'Referrer-Policy': 'same-origin',
    'X-Content-Type-Options': 'nosniff',
  });
});

// covers: FR-024.1, WEB-09
test('securityHeaders has Strict-Transport-Security for https alone', () => {
  expect(securityHeaders(new URL('https://tasks.example'))['Strict-Transport-Security']).toMatch(/^max-age=\d{8}/);
  expect(securityHeaders(new URL('http://localhost:3000'))).not.toHaveProperty('Strict-Transport-Security');
});

import { expect, test } from 'vitest';
import { contentSecurityPolicy } from './content-security-policy.ts';

const policy = contentSecurityPolicy('bm9uY2U=', 'https://api.example', 'ordinary', false);

// covers: WEB-07
test('the policy allows scripts by nonce alone', () => {
  expect(policy).toContain("script-src 'nonce-bm9uY2U=' 'strict-dynamic';");
  expect(policy).not.toContain('unsafe');
});

test('the policy allows connections to no other origin than the API', () => {
  expect(policy).toContain("connect-src 'self' https://api.example;");
  expect(policy.match(/https?:/g)).toHaveLength(1);
});

// covers: WEB-07
test('the policy denies by default', () => {
  for (const directive of ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"])
    expect(policy).toContain(directive);
});

test('the policy allows eval in the development server', () => {
  expect(contentSecurityPolicy('x', 'https://api.example', 'ordinary', true)).toContain("'unsafe-eval'");
});

// covers: EXPLORE-06
test('the policy of /explore alone allows inline styles, fonts in style sheets, workers and the frame of Sandbox', () => {
  const explorer = contentSecurityPolicy('bm9uY2U=', 'https://api.example', 'explorer', false);
  const added = explorer.split('; ').filter((directive) => !policy.split('; ').includes(directive));
  expect(added).toEqual([
    "style-src 'self' 'unsafe-inline'",
    "font-src 'self' data:",
    "worker-src 'self'",
    'frame-src https://sandbox.embed.apollographql.com',
  ]);
  expect(policy).not.toMatch(/frame-src|worker-src|unsafe-inline|font-src 'self' data:/);
});

import { describe, expect, test } from 'vitest';
import { HOME, returnTarget, signInPath } from './return-target.ts';

describe('returnTarget', () => {
  test.each(['/tasks', '/tasks?done=true', '/tasks/1#steps', '/', '/a%2F%2Fevil.example'])('keeps %s', (path) => {
    expect(returnTarget(path)).toBe(path);
  });

  // covers: WEB-08
  test.each([
    'https://evil.example',
    'HTTPS:evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    ' //evil.example',
    '/.//evil.example',
    '/tasks/..//evil.example',
    '/%2e//evil.example',
    'tasks',
    '@evil.example',
    '',
    undefined,
    ['/tasks', '//evil.example'],
    { toString: () => '/tasks' },
  ])('refuses %j', (next) => {
    expect(returnTarget(next)).toBe(HOME);
  });

  test.each(['/sign-in', '/sign-in?next=%2Fsign-in', '/sign-up', '/api/auth/sign-out'])(
    'goes in no circle: %s',
    (next) => {
      expect(returnTarget(next)).toBe(HOME);
    },
  );
});

test('signInPath carries a path there and back', () => {
  const path = '/tasks?a=1&b=%2F#c';
  expect(returnTarget(new URL(signInPath(path), 'http://localhost').searchParams.get('next'))).toBe(path);
});

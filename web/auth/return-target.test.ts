import { describe, expect, test } from 'vitest';
import { HOME, returnTarget, signInPath } from './return-target.ts';

describe('returnTarget', () => {
  test.each(['/tasks', '/tasks?done=true', '/tasks/1#steps', '/', '/a%2F%2Fevil.example'])(
    'returnTarget returns the path %s',
    (path) => {
      expect(returnTarget(path)).toBe(path);
    },
  );

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
  ])('returnTarget replaces %j by the tasks', (next) => {
    expect(returnTarget(next)).toBe(HOME);
  });

  test.each(['/sign-in', '/sign-in?next=%2Fsign-in', '/sign-up', '/api/auth/sign-out'])(
    'returnTarget does not lead back to sign-in or to /api: %s',
    (next) => {
      expect(returnTarget(next)).toBe(HOME);
    },
  );
});

test('returnTarget restores the path that signInPath encodes', () => {
  const path = '/tasks?a=1&b=%2F#c';
  expect(returnTarget(new URL(signInPath(path), 'http://localhost').searchParams.get('next'))).toBe(path);
});

import { expect, test } from 'vitest';
import { providerErrorMessage } from './provider-errors.ts';

test('an unknown error has a message that does not repeat it', () => {
  expect(providerErrorMessage('Call evil.example')).toBe(
    'The sign-in with the provider failed. Please try again, or sign in another way.',
  );
});

test.each([undefined, '', ['access_denied', 'x']])('there is no message for the error %j', (error) => {
  expect(providerErrorMessage(error)).toBeNull();
});

test('an account that is not linked has a message that says what to do', () => {
  expect(providerErrorMessage('account_not_linked')).toContain('Sign in with your password first');
});

import { ServerError } from '@apollo/client/errors';
import { expect, test } from 'vitest';
import { NotSentError } from '../../graphql/connection.ts';
import { mayTryAgain, taskErrorMessage } from './error-messages.ts';
import { PartlyMarkedError } from './partly-marked-error.ts';

/** The error of a request that the API refuses with a code. */
function refusal(status: number, code: string): ServerError {
  const bodyText = JSON.stringify({ errors: [{ message: 'no', extensions: { code } }] });
  return new ServerError('no', { response: new Response(bodyText, { status }), bodyText });
}

// covers: TRUSTED-02
test.each(['PERSISTED_DOCUMENT_REQUIRED', 'PERSISTED_DOCUMENT_NOT_FOUND'])(
  'taskErrorMessage tells the user of a page that the API no longer knows (%s) to reload it',
  (code) => expect(taskErrorMessage(refusal(400, code))).toMatch(/^Nothing was changed.*Reload the page\.$/),
);

test('taskErrorMessage tells a user with too many requests to wait', () => {
  expect(taskErrorMessage(refusal(429, 'TOO_MANY_REQUESTS'))).toMatch(/^Nothing was changed.*try again in a moment\.$/);
});

// covers: AWAY-01
test('taskErrorMessage says that a change which was not sent changed nothing, and why', () => {
  expect(taskErrorMessage(new NotSentError({ isOffline: true }))).toMatch(/^Nothing was changed.*offline/);
  expect(taskErrorMessage(new NotSentError({ isOffline: false }))).toMatch(/^Nothing was changed.*does not answer/);
});

// covers: AWAY-01
test.each([
  ['no answer', new TypeError('Failed to fetch'), true],
  ['a change that was not sent', new NotSentError({ isOffline: true }), true],
  ['an unavailable API', refusal(503, 'UNAVAILABLE'), true],
  ['too many requests', refusal(429, 'TOO_MANY_REQUESTS'), true],
  ['a conflict', refusal(200, 'CONFLICT'), false],
  ['a task that is gone', refusal(404, 'NOT_FOUND'), false],
  ['a wrong value', refusal(400, 'BAD_USER_INPUT'), false],
])('trying the same again is offered after %s only if that may help', (_, error, offered) =>
  expect(mayTryAgain(error)).toBe(offered),
);
// covers: LIST-24
test('a bulk change that failed in the middle says how many tasks were marked, and why not the others', () => {
  const message = taskErrorMessage(new PartlyMarkedError(100, new Error('no response')));
  expect(message).toMatch(/^100 tasks were marked, the others not: Fieldgate could not be reached\./);
});

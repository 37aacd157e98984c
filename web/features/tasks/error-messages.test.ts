import { ServerError } from '@apollo/client/errors';
import { expect, test } from 'vitest';
import { PartlyMarkedError } from './partly-marked-error.ts';
import { taskErrorMessage } from './error-messages.ts';

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

// covers: LIST-24
test('a bulk change that failed in the middle says how many tasks were marked, and why not the others', () => {
  const message = taskErrorMessage(new PartlyMarkedError(100, new Error('no response')));
  expect(message).toMatch(/^100 tasks were marked, the others not: Fieldgate could not be reached\./);
});

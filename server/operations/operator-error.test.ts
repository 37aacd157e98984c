import { buildSchema, GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { KeyFileError } from '../../runtime/key-file.ts';
import { SettingsError } from '../../runtime/settings.ts';
import { accessDirectiveSdl, checkSchema, InvalidSchemaError } from '../access/index.ts';
import { describeError, exitCodeOf, OperatorError } from './operator-error.ts';

function errorOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

test('describeError returns the message of an AccessPolicyError, without a stack', () => {
  const error = errorOf(() =>
    checkSchema(buildSchema(`${accessDirectiveSdl} enum Role { USER } type Query { leak: Int }`)),
  );
  expect(describeError(error)).toMatch(
    /^The schema is not a complete access policy \(one problem\):\n {2}.*Query\.leak: .*\n {4}fix: .*$/,
  );
});

test.each([
  new OperatorError('Port 4000 is taken.'),
  new SettingsError(['API_PORT is no port.']),
  new KeyFileError('The key file is not JSON.'),
  new InvalidSchemaError([new GraphQLError('Unknown directive "@autth".')]),
])('describeError returns the message of an operator error, without a stack: %s', (error) => {
  expect(describeError(error)).toBe(error.message);
});

test('describeError returns the stack of any other error', () => {
  const error = new TypeError('a bug');
  expect(describeError(error)).toBe(error.stack);
});

// covers: DIFF-02
test('exitCodeOf returns the exit code of an operator error, and 1 for every other error', () => {
  expect(exitCodeOf(new OperatorError('Nothing to compare.', { exitCode: 2 }))).toBe(2);
  for (const error of [new OperatorError('Port 4000 is taken.'), new Error('A bug.'), 'a string'])
    expect(exitCodeOf(error)).toBe(1);
});

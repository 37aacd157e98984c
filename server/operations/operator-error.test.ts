import { buildSchema, GraphQLError } from 'graphql';
import { expect, test } from 'vitest';
import { SettingsError } from '../../runtime/settings.ts';
import { accessDirectiveSdl, checkSchema, InvalidSchemaError } from '../access/index.ts';
import { describeError, OperatorError } from './operator-error.ts';

function thrown(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}

test('an unjudged field is said in sentences, and no stack', () => {
  const error = thrown(() =>
    checkSchema(buildSchema(`${accessDirectiveSdl} enum Role { USER } type Query { leak: Int }`)),
  );
  expect(describeError(error)).toMatch(
    /^The schema is not a complete access policy \(one problem\):\n {2}.*Query\.leak: .*\n {4}fix: .*$/,
  );
});

test.each([
  new OperatorError('Port 4000 is taken.'),
  new SettingsError(['API_PORT is no port.']),
  new InvalidSchemaError([new GraphQLError('Unknown directive "@autth".')]),
])('what the user can mend is said without a stack: %s', (error) => {
  expect(describeError(error)).toBe(error.message);
});

test('anything else is told whole, for a report', () => {
  const error = new TypeError('of ours');
  expect(describeError(error)).toBe(error.stack);
});

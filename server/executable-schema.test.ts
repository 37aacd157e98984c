import { describe, expect, test } from 'vitest';
import { expectAccess } from './access/testing/index.ts';
import { executableSchema } from './executable-schema.ts';

const the = expectAccess(executableSchema());

test('every root field has a resolver', () => {
  const schema = executableSchema();
  const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) => type ?? []);
  const fields = roots.flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })));
  expect(fields.length).toBeGreaterThan(10);
  const missing = fields.filter(({ field }) => field.resolve === undefined);
  expect(missing.map(({ type, field }) => `${type.name}.${field.name} has no resolver in server/resolvers/`)).toEqual(
    [],
  );
});

describe('tasks', () => {
  test.each([
    'id',
    'userId',
    'title',
    'description',
    'done',
    'dueAt',
    'priority',
    'position',
    'version',
    'createdAt',
    'updatedAt',
    'completedAt',
    'steps',
  ])('Task.%s is readable only by its owner, for any role', (name) => {
    the
      .field(`Task.${name}`)
      .allows('owner')
      .refuses('other', 'anonymous', 'signed in', { role: 'ADMIN' }, { is: 'other', role: 'USER' });
  });
  test.each(['id', 'userId', 'title', 'done', 'position', 'task'])(
    'Step.%s is readable only by its owner, for any role',
    (name) => {
      the.field(`Step.${name}`).allows('owner').refuses('other', 'anonymous', 'signed in', { role: 'ADMIN' });
    },
  );
  test.each([
    'Query.task',
    'TaskConnection.nodes',
    'TaskEdge.node',
    'Mutation.createTask',
    'Mutation.updateTask',
    'Mutation.updateTasks',
    'Mutation.restoreTask',
    'Mutation.moveTask',
    'Step.task',
  ])('%s returns only the viewer’s own tasks', (coordinate) => {
    the.field(coordinate).allows('owner').refuses('other', 'anonymous');
  });
  test.each([
    'Query.tasks',
    'Mutation.deleteTask',
    'Mutation.deleteStep',
    'TaskConnection.totalCount',
    'TaskEdge.cursor',
    'PageInfo.endCursor',
  ])('%s requires a token', (coordinate) => {
    the.field(coordinate).allows('signed in', { signedIn: 'stale' }).refuses('anonymous');
  });
  test.each(['Query.tasks(userId:)', 'CreateTaskInput.userId'])(
    '%s accepts only the viewer’s own id, or none',
    (argument) => {
      the.argument(argument).allows('own id', 'no id').refuses('other id');
    },
  );
});

test.each(['Task.steps', 'Mutation.addStep', 'Mutation.updateStep'])(
  '%s returns only the viewer’s own steps',
  (coordinate) => {
    the.field(coordinate).allows('owner').refuses('other', 'anonymous');
  },
);

test('Mutation.clearTasks requires a sign-in within the last five minutes', () => {
  the.field('Mutation.clearTasks').allows('signed in').refuses('anonymous', { signedIn: 'stale' });
});

describe('users', () => {
  test.each(['id', 'name', 'email', 'emailVerified', 'role', 'createdAt', 'tasks'])(
    'User.%s is readable only by that user',
    (name) => {
      the.field(`User.${name}`).allows('owner').refuses('other', 'anonymous', { role: 'ADMIN' });
    },
  );
  test.each(['Query.viewer', 'Query.user'])('%s returns only the viewer', (coordinate) => {
    the.field(coordinate).allows('owner').refuses('other', 'anonymous');
  });
  test('Query.user(id:) accepts only the viewer’s own id', () => {
    the.argument('Query.user(id:)').allows('own id').refuses('other id');
  });
});

describe('the status', () => {
  test.each(['Query.status', 'ServiceStatus.ok', 'ServiceStatus.version', 'ServiceStatus.time'])(
    '%s is public',
    (coordinate) => {
      the.field(coordinate).allows('anonymous', 'signed in');
    },
  );
});

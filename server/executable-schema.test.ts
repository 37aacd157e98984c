import { describe, test } from 'vitest';
import { expectAccess } from './access/testing/index.ts';
import { executableSchema } from './executable-schema.ts';

const the = expectAccess(executableSchema());

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
  ])('a task’s %s is for its owner, whatever role another has', (name) => {
    the
      .field(`Task.${name}`)
      .allows('owner')
      .refuses('other', 'anonymous', 'signed in', { role: 'ADMIN' }, { is: 'other', role: 'USER' });
  });
  test.each(['id', 'userId', 'title', 'done', 'position', 'task'])(
    'a step’s %s is for its owner, whatever role another has',
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
    'Mutation.moveTask',
    'Step.task',
  ])('no other owner’s task leaves by %s', (coordinate) => {
    the.field(coordinate).allows('owner').refuses('other', 'anonymous');
  });
  test.each([
    'Query.tasks',
    'Mutation.deleteTask',
    'Mutation.deleteStep',
    'TaskConnection.totalCount',
    'TaskEdge.cursor',
    'PageInfo.endCursor',
  ])('%s asks for a token', (coordinate) => {
    the.field(coordinate).allows('signed in', { signedIn: 'stale' }).refuses('anonymous');
  });
  test.each(['Query.tasks(userId:)', 'CreateTaskInput.userId'])('%s takes the caller’s own id, or none', (argument) => {
    the.argument(argument).allows('own id', 'no id').refuses('other id');
  });
});

test.each(['Task.steps', 'Mutation.addStep', 'Mutation.updateStep'])(
  'no other owner’s step leaves by %s',
  (coordinate) => {
    the.field(coordinate).allows('owner').refuses('other', 'anonymous');
  },
);

test('tasks are cleared by somebody who signed in within the last five minutes', () => {
  the.field('Mutation.clearTasks').allows('signed in').refuses('anonymous', { signedIn: 'stale' });
});

describe('users', () => {
  test.each(['id', 'name', 'email', 'emailVerified', 'role', 'createdAt', 'tasks'])(
    'a user’s %s is for that user',
    (name) => {
      the.field(`User.${name}`).allows('owner').refuses('other', 'anonymous', { role: 'ADMIN' });
    },
  );
  test.each(['Query.viewer', 'Query.user'])('nobody else leaves by %s', (coordinate) => {
    the.field(coordinate).allows('owner').refuses('other', 'anonymous');
  });
  test('a user is asked for by their own id', () => {
    the.argument('Query.user(id:)').allows('own id').refuses('other id');
  });
});

describe('the status', () => {
  test.each(['Query.status', 'ServiceStatus.ok', 'ServiceStatus.version', 'ServiceStatus.time'])(
    '%s is for everybody',
    (coordinate) => {
      the.field(coordinate).allows('anonymous', 'signed in');
    },
  );
});

import { ApiError, execute } from './api.ts';
import { demoSession } from './environment.ts';
import { graphql } from './generated/gql.ts';
import { AccountError } from './session.ts';

const Tasks = graphql(`
  query Tasks($first: Int!) {
    tasks(first: $first) {
      totalCount
      nodes { title }
    }
  }
`);
const TasksOf = graphql(`
  query TasksOf($userId: ID!) {
    tasks(userId: $userId) { totalCount }
  }
`);
const CreateTask = graphql(`
  mutation CreateTask($title: String!) {
    createTask(input: { title: $title }) { id version }
  }
`);
const FinishTask = graphql(`
  mutation FinishTask($id: ID!, $version: Int!) {
    updateTask(id: $id, input: { done: true }, expectedVersion: $version) { done completedAt }
  }
`);
const DeleteTask = graphql(`
  mutation DeleteTask($id: ID!) {
    deleteTask(id: $id)
  }
`);

/** Runs an operation that is expected to fail, and prints what a program can act on. */
async function expectError(what: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
    console.log(`${what}: no error`);
  } catch (error) {
    if (error instanceof ApiError) console.log(`${what}: ${[error.code, error.field, error.rule].join(' ').trim()}`);
    else if (error instanceof AccountError) console.log(`${what}: ${error.code}`);
    else throw error;
  }
}

const session = await demoSession();

const { tasks } = await execute(session, Tasks, { first: 2 });
console.log(`${tasks.totalCount} tasks, the first: ${tasks.nodes[0]?.title}`);

const { createTask: task } = await execute(session, CreateTask, { title: 'Try the typed client' });
const { updateTask } = await execute(session, FinishTask, { id: task.id, version: task.version });
console.log(`A task was added and is ${updateTask.done ? 'done' : 'open'}.`);

await session.renew();
console.log('The token was renewed.');

await expectError('A version that has moved on', () => execute(session, FinishTask, task));
await expectError('A title without text', () => execute(session, CreateTask, { title: ' ' }));
await expectError('Tasks of somebody else', () => execute(session, TasksOf, { userId: 'somebody-else' }));
await execute(session, DeleteTask, { id: task.id });
await expectError('A task that is gone', () => execute(session, DeleteTask, { id: task.id }));

await session.signOut();
await expectError('After signing out', () => execute(session, Tasks, { first: 1 }));

import { ApolloClient } from '@apollo/client';
import { ApolloLink } from '@apollo/client/link';
import { Observable } from 'rxjs';
import { expect, test } from 'vitest';
import { createApolloCache } from '../../graphql/apollo-cache.ts';
import { type TaskRowFragment, TasksDocument } from '../../graphql/generated/operations.ts';
import { viewVariables, WHOLE_LIST } from './list-view.ts';
import { PartlyMarkedError } from './partly-marked-error.ts';
import { TaskPages } from './task-pages.ts';
import { deleteTask } from './delete-task.ts';
import { markTasks } from './mark-tasks.ts';
import { moveTask } from './move-task.ts';
import { restoreTask } from './restore-task.ts';

const NOW = '2026-11-21T12:00:00.000Z';
const task = (position: number): TaskRowFragment => ({
  __typename: 'Task',
  id: `id-${position}`,
  title: `Task ${position}`,
  done: false,
  dueAt: null,
  priority: 'NORMAL',
  position,
  version: 1,
  createdAt: NOW,
  updatedAt: NOW,
  steps: [{ __typename: 'Step', id: `step-${position}`, title: 'Oil', done: false }],
});

/** A client whose list has this many tasks; `answer` is the API, and may throw. */
function setUp(count: number, answer: (variables: Readonly<Record<string, unknown>>) => object) {
  const tasks = Array.from({ length: count }, (_, index) => task(index + 1));
  const sent: Readonly<Record<string, unknown>>[] = [];
  const link = new ApolloLink(
    ({ variables }) =>
      new Observable((observer) => {
        sent.push(variables);
        queueMicrotask(() => {
          try {
            observer.next({ data: { __typename: 'Mutation', ...answer(variables) } });
            observer.complete();
          } catch (error) {
            observer.error(error);
          }
        });
      }),
  );
  const client = new ApolloClient({ link, cache: createApolloCache() });
  const variables = viewVariables(WHOLE_LIST, '2026-11-21');
  client.writeQuery({
    query: TasksDocument,
    variables: { ...variables, first: count },
    data: {
      __typename: 'Query',
      tasks: {
        __typename: 'TaskConnection',
        totalCount: count,
        pageInfo: { __typename: 'PageInfo', hasNextPage: false, endCursor: 'c' },
        edges: tasks.map((node) => ({ __typename: 'TaskEdge' as const, cursor: node.id, node })),
      },
    },
  });
  const pages = new TaskPages(client.cache, variables);
  const shown = () => pages.read()?.tasks.map(({ position, done }) => `${position}${done ? ' done' : ''}`);
  const ids = () => pages.read()?.tasks.map(({ id }) => id);
  return { client, tasks, sent, shown, ids };
}
const refuse = (): never => {
  throw new Error('no response');
};
const marked = ({ ids, done }: Readonly<Record<string, unknown>>) => ({
  updateTasks: (ids as string[]).map((id) => ({ __typename: 'Task', id, done, version: 2, updatedAt: NOW })),
});

// covers: LIST-24
test('250 tasks are marked by requests of 100, 100 and 50, and the progress is reported after each', async () => {
  const { client, tasks, sent, shown } = setUp(250, marked);
  const progress: number[] = [];
  await markTasks(client, tasks, true, (count) => progress.push(count));
  expect(sent.map(({ ids }) => (ids as string[]).length)).toEqual([100, 100, 50]);
  expect(progress).toEqual([100, 200, 250]);
  expect(shown()?.every((text) => text.endsWith('done'))).toBe(true);
});

// covers: LIST-24
test('after a request that fails no further one is sent, its tasks stay as they were, and those before stay marked', async () => {
  let requests = 0;
  const { client, tasks, sent, shown } = setUp(250, (variables) => {
    requests += 1;
    return requests === 2 ? refuse() : marked(variables);
  });
  await expect(markTasks(client, tasks, true)).rejects.toMatchObject({ name: PartlyMarkedError.name, marked: 100 });
  expect(sent).toHaveLength(2);
  expect(shown()?.filter((text) => text.endsWith('done'))).toHaveLength(100);
});

// covers: LIST-22
test('a task that is moved is there before the API answers, and back if the API rejects it', async () => {
  const { client, tasks, ids } = setUp(3, refuse);
  const [first] = tasks;
  if (!first) throw new Error('No task.');
  const moving = moveTask(client, tasks, first, 'id-2');
  expect(ids()).toEqual(['id-2', 'id-1', 'id-3']);
  await expect(moving).rejects.toThrow('no response');
  expect(ids()).toEqual(['id-1', 'id-2', 'id-3']);
});

// covers: LIST-25
test('a deleted task that is restored is at its place again, with its steps, before the API answers', async () => {
  const second = task(2);
  let sentToRestore = false;
  const { client, ids } = setUp(3, (variables) =>
    sentToRestore ? { restoreTask: second } : { deleteTask: variables['id'] },
  );
  await deleteTask(client, second);
  expect(ids()).toEqual(['id-1', 'id-3']);
  sentToRestore = true;
  const restoring = restoreTask(client, second);
  expect(ids()).toEqual(['id-1', 'id-2', 'id-3']);
  await restoring;
  expect(ids()).toEqual(['id-1', 'id-2', 'id-3']);
});

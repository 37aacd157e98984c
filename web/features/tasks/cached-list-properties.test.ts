import { ApolloClient } from '@apollo/client';
import { array, assert, asyncProperty, constantFrom, nat, oneof, record } from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { createSeededFixture, type SeededFixture } from '../../../test/support/seeded-fixture.ts';
import { startTestApi, type TestApi } from '../../../test/support/test-api.ts';
import { signToken } from '../../../test/support/test-token.ts';
import { createApolloCache } from '../../graphql/apollo-cache.ts';
import { createApolloLink } from '../../graphql/apollo-link.ts';
import { TasksDocument } from '../../graphql/generated/operations.ts';
import { onStale } from './cached-list.ts';
import { type ListView, type ViewVariables, viewVariables, WHOLE_LIST } from './list-view.ts';
import { loadPage, reload } from './load-tasks.ts';
import { TaskPages } from './task-pages.ts';
import { createTask } from './create-task.ts';
import { deleteTask } from './delete-task.ts';
import { markTasks } from './mark-tasks.ts';
import { moveTask } from './move-task.ts';
import { restoreTask } from './restore-task.ts';
import { updateTask } from './update-task.ts';

// Small pages: a few tasks are several of them.
vi.mock('./page-sizes.ts', () => ({ FIRST_PAGE_SIZE: 3, NEXT_PAGE_SIZE: 4 }));

const TODAY = '2026-11-21';
const DAYS = [null, '2026-11-19', '2026-11-20', TODAY, '2026-11-22'];
const TITLES = ['Mend the gate', 'mend the fence', 'Write home', 'water'];
const CHOICES: readonly Partial<ListView>[] = [
  {},
  { sorting: 'created' },
  { sorting: 'changed' },
  { sorting: 'priority' },
  { sorting: 'due', shown: 'open' },
  { sorting: 'title' },
  { shown: 'open' },
  { shown: 'done', sorting: 'changed' },
  { shown: 'today' },
  { shown: 'overdue', sorting: 'priority' },
  { text: 'mend' },
  { text: 'hinge', shown: 'open', sorting: 'created' },
];
const VIEWS = CHOICES.map((choice) => viewVariables({ ...WHOLE_LIST, ...choice }, TODAY));

let seeded: SeededFixture;
let api: TestApi;

beforeAll(async () => {
  seeded = await createSeededFixture();
  api = await startTestApi(seeded.source, 'on');
});
afterAll(async () => {
  await api.close();
  await seeded.end();
});

/** A page with the task list, without its elements: it shows one view, and reloads it when it is stale. */
function openPage() {
  const token = signToken(seeded.bob);
  const link = createApolloLink(`${api.url}/graphql`, { get: async () => token, renew: async () => null });
  const client = new ApolloClient({ link, cache: createApolloCache() });
  let shown = new TaskPages(client.cache, VIEWS[0] as ViewVariables);
  let leave = () => {};
  let reloads: Promise<void>[] = [];
  return {
    client,
    tasks: () => shown.read()?.tasks ?? [],
    async show(variables: ViewVariables) {
      leave();
      const pages = new TaskPages(client.cache, variables);
      shown = pages;
      const stopWatching = pages.subscribe(() => undefined);
      const loading = { client, variables };
      if (pages.read() === null) await loadPage(loading, null);
      const stopReloading = onStale(client.cache, variables, () =>
        reloads.push(reload(loading, pages.read()?.tasks.length ?? 0)),
      );
      leave = () => {
        stopWatching();
        stopReloading();
      };
    },
    async more() {
      const { hasNextPage = false, endCursor = null } = shown.read() ?? {};
      if (hasNextPage) await loadPage({ client, variables: shown.variables }, endCursor);
    },
    async settle() {
      while (reloads.length > 0) {
        const running = reloads;
        reloads = [];
        await Promise.all(running);
      }
    },
  };
}
type Page = ReturnType<typeof openPage>;

/** Returns what the cache has of a view; null for nothing. */
function cachedView({ client }: Page, variables: ViewVariables) {
  const loaded = new TaskPages(client.cache, variables).read();
  return loaded && { totalCount: loaded.totalCount, hasNextPage: loaded.hasNextPage, tasks: loaded.tasks };
}

/** Fetches as many tasks of a view. */
async function fetchedView({ client }: Page, variables: ViewVariables, count: number) {
  // A page has at least one task: after none, the first says whether there are others.
  const first = Math.max(count, 1);
  const { data } = await client.query({
    query: TasksDocument,
    variables: { ...variables, first },
    fetchPolicy: 'no-cache',
  });
  const { totalCount = 0, edges = [] } = data?.tasks ?? {};
  return { totalCount, hasNextPage: totalCount > count, tasks: edges.slice(0, count).map(({ node }) => node) };
}

/** An action of the user, by numbers that choose among what the page shows. */
const action = record({
  kind: oneof(
    constantFrom('show', 'more', 'add', 'tick', 'delete', 'move', 'restore', 'mark'),
    constantFrom('title', 'due', 'priority', 'description', 'refused'),
  ),
  at: nat({ max: 20 }),
  value: nat({ max: 20 }),
});

const pick = <Value>(values: readonly Value[], number: number) => values[number % values.length] as Value;

async function act(page: Page, kind: string, at: number, value: number): Promise<unknown> {
  const { client } = page;
  const tasks = page.tasks();
  if (kind === 'show') return page.show(pick(VIEWS, value));
  if (kind === 'more') return page.more();
  if (kind === 'add') return createTask(client, pick(TITLES, value));
  if (tasks.length === 0) return undefined;
  const task = pick(tasks, at);
  const day = pick(DAYS, value);
  switch (kind) {
    case 'tick':
      return updateTask(client, task, { done: !task.done });
    case 'delete':
      return deleteTask(client, task);
    case 'move':
      return moveTask(client, tasks, task, value === 0 ? null : pick(tasks, value).id);
    case 'restore':
      await deleteTask(client, task);
      return restoreTask(client, task);
    case 'mark':
      return markTasks(client, tasks.slice(at % tasks.length), value % 2 === 0);
    case 'title':
      return updateTask(client, task, { title: pick(TITLES, value) });
    case 'due':
      return updateTask(client, task, { dueAt: day && `${day}T23:59:59.000Z` });
    case 'priority':
      return updateTask(client, task, { priority: pick(['LOW', 'NORMAL', 'HIGH'] as const, value) });
    case 'description':
      return updateTask(client, task, { description: pick(['', 'The lower hinge.'], value) });
    default:
      return expect(updateTask(client, task, { done: !task.done, title: '' })).rejects.toThrow(/title/);
  }
}

const INSERT_TASKS = `insert into app.task (user_id, id, title, description, due_at, priority, position)
  select $1, uuidv7(), (array['Mend the gate', 'Write home', 'Paint'])[n % 3 + 1], case when n % 4 = 0 then 'A hinge' else '' end,
    case when n % 2 = 0 then '2026-11-20T23:59:59Z'::timestamptz end, (array['LOW', 'NORMAL', 'HIGH'])[n % 3 + 1], n
  from generate_series(1, 9) as n`;

/** The change of several tasks at once moves each of them in the view by time of change, where they are tied. */
const MARKED_BY_TIME_OF_CHANGE = (
  [
    ['tick', 0, 0],
    ['title', 1, 0],
    ['show', 0, 2],
    ['mark', 1, 0],
  ] as const
).map(([kind, at, value]) => ({ kind, at, value }));

// covers: LIST-12
test('after any changes, in any views, each cached view is what the API returns', { timeout: 120_000 }, async () => {
  await assert(
    asyncProperty(array(action, { minLength: 4, maxLength: 14 }), async (actions) => {
      await seeded.superuser.rows('delete from app.task where user_id = $1', [seeded.bob]);
      await seeded.superuser.rows(INSERT_TASKS, [seeded.bob]);
      const page = openPage();
      await page.show(VIEWS[0] as ViewVariables);
      for (const { kind, at, value } of actions) {
        await act(page, kind, at, value);
        await page.settle();
      }
      for (const variables of VIEWS) {
        const cached = cachedView(page, variables);
        if (cached) expect(cached).toEqual(await fetchedView(page, variables, cached.tasks.length));
      }
      page.client.stop();
    }),
    { numRuns: 40, examples: [[MARKED_BY_TIME_OF_CHANGE]] },
  );
});

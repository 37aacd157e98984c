import { ApolloClient, gql, type TypedDocumentNode } from '@apollo/client';
import { ApolloLink } from '@apollo/client/link';
import { from, throwError } from 'rxjs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createApolloCache } from './apollo-cache.ts';
import { QueryRefresher } from './query-refresher.ts';

interface Row {
  readonly id: string;
  readonly title: string;
}
interface Page {
  readonly tasks: {
    readonly totalCount: number;
    readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}
interface PageVariables {
  readonly first: number;
  readonly after?: string;
}
/** As the list of tasks: the fields of a row are in a fragment, and masked. */
const LIST: TypedDocumentNode<Page, PageVariables> = gql`
  query List($first: Int!, $after: String) {
    tasks(first: $first, after: $after) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      edges {
        cursor
        node {
          id
          ...Row
        }
      }
    }
  }
  fragment Row on Task {
    id
    title
  }
`;
const rows = (count: number): Row[] => Array.from({ length: count }, (_, i) => ({ id: `${i}`, title: `Task ${i}` }));
const environment = { held: false, mutations: { started: 0, inFlight: 0 } };
const closers: (() => void)[] = [];
let window: EventTarget;
let document: EventTarget & { visibilityState: string };

/** A client with a list of which `loaded` rows are loaded, of a server whose rows may change. */
async function openList(server: { rows: Row[]; beforeAnswer?: () => unknown; isAway?: boolean }, loaded: number) {
  const requests: string[] = [];
  const answer = async ({ first, after }: PageVariables) => {
    requests.push(`${first} after ${after ?? 'the start'}`);
    const start = after === undefined ? 0 : server.rows.findIndex(({ id }) => id === after) + 1;
    const page = server.rows.slice(start, start + first);
    const data = {
      tasks: {
        __typename: 'TaskConnection',
        totalCount: server.rows.length,
        pageInfo: {
          __typename: 'PageInfo',
          hasNextPage: start + first < server.rows.length,
          endCursor: page.at(-1)?.id ?? null,
        },
        edges: page.map((node) => ({ __typename: 'TaskEdge', cursor: node.id, node: { __typename: 'Task', ...node } })),
      },
    };
    await server.beforeAnswer?.();
    return { data };
  };
  const link = new ApolloLink(({ variables }) =>
    server.isAway ? throwError(() => new TypeError('Failed to fetch')) : from(answer(variables as PageVariables)),
  );
  const devtools = { enabled: false };
  const client = new ApolloClient({ link, cache: createApolloCache(), dataMasking: true, devtools });
  const list = client.watchQuery({ query: LIST, variables: { first: 20 } });
  const counts: number[] = [];
  const subscription = list.subscribe(({ data }) => void (data?.tasks && counts.push(data.tasks.edges?.length ?? 0)));
  await vi.waitUntil(() => counts.length > 0);
  const cached = () => client.readQuery({ query: LIST, variables: { first: 20 } })?.tasks;
  const shown = () => cached()?.edges.map(({ node }) => node.title) ?? [];
  const loadMore = () => list.fetchMore({ variables: { first: 20, after: cached()?.pageInfo.endCursor ?? '' } });
  for (let i = 20; i < loaded; i += 20) await loadMore();
  expect(shown()).toHaveLength(loaded);
  requests.length = 0;
  const refresher = new QueryRefresher(client, environment.mutations, () => environment.held);
  closers.push(refresher.connect(), () => subscription.unsubscribe());
  counts.length = 0;
  return { refresher, requests, counts, shown, loadMore };
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0, shouldAdvanceTime: true });
  Object.assign(environment, { held: false, mutations: { started: 0, inFlight: 0 } });
  window = new EventTarget();
  document = Object.assign(new EventTarget(), { visibilityState: 'visible' });
  vi.stubGlobal('window', window);
  vi.stubGlobal('document', document);
});
afterEach(() => {
  for (const close of closers.splice(0)) close();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
const settle = () => vi.advanceTimersByTimeAsync(2_000);

// covers: LIST-10
test('a refresh keeps all loaded rows, and shows them at once: never fewer', async () => {
  const server = { rows: rows(300) };
  const { refresher, requests, counts, shown } = await openList(server, 220);
  server.rows = server.rows.map((row) => (row.id === '150' ? { ...row, title: 'Changed elsewhere' } : row));
  server.rows.unshift({ id: 'new', title: 'Added elsewhere' });
  refresher.refresh();
  await settle();
  expect(shown()).toHaveLength(220);
  expect([shown()[0], shown()[151]]).toEqual(['Added elsewhere', 'Changed elsewhere']);
  expect(requests).toEqual(['100 after the start', '100 after 98', '20 after 198']);
  expect(counts.every((count) => count === 220)).toBe(true);
});

// covers: LIST-10
test('a refresh removes rows that were deleted elsewhere', async () => {
  const server = { rows: rows(30) };
  const { refresher, shown } = await openList(server, 30);
  server.rows = server.rows.slice(5);
  refresher.refresh();
  await settle();
  expect([shown().length, shown()[0]]).toEqual([25, 'Task 5']);
});

// covers: LIST-10
test('a row that is moved during a refresh is shown once', async () => {
  const server: { rows: Row[]; beforeAnswer?: () => void } = { rows: rows(150) };
  const { refresher, shown } = await openList(server, 140);
  server.beforeAnswer = () => {
    const [first, ...others] = server.rows;
    if (first?.id === '0') server.rows = [...others.slice(0, 110), first, ...others.slice(110)];
  };
  refresher.refresh();
  await settle();
  expect(new Set(shown()).size).toBe(shown().length);
});

// covers: LIST-10
test('a mutation during a refresh makes the refresh start again after it: its answer may be older', async () => {
  const server: { rows: Row[]; beforeAnswer?: () => void } = { rows: rows(3) };
  const { refresher, requests, shown } = await openList(server, 3);
  server.beforeAnswer = () => {
    environment.mutations.started += 1;
    environment.mutations.inFlight = 1;
    server.rows = rows(2);
    delete server.beforeAnswer;
  };
  refresher.refresh();
  await settle();
  expect([shown().length, requests.length]).toEqual([3, 1]);
  environment.mutations.inFlight = 0;
  await settle();
  expect([shown().length, requests.length]).toEqual([2, 2]);
});

// covers: LIST-10
test('rows that are loaded during a refresh stay: the refresh starts again', async () => {
  const server: { rows: Row[]; beforeAnswer?: () => Promise<void> | undefined } = { rows: rows(50) };
  const { refresher, requests, shown, loadMore } = await openList(server, 20);
  let more: Promise<unknown> | undefined;
  server.beforeAnswer = () => {
    delete server.beforeAnswer;
    more = loadMore();
    return more.then(() => undefined);
  };
  refresher.refresh();
  await settle();
  await more;
  expect(shown()).toHaveLength(40);
  expect(requests).toEqual(['20 after the start', '20 after 19', '40 after the start']);
});

// covers: LIST-10
test('a refresh waits while the page is hidden or a dialog is open', async () => {
  const { refresher, requests } = await openList({ rows: rows(3) }, 3);
  environment.held = true;
  refresher.refresh();
  await settle();
  expect(requests).toEqual([]);
  environment.held = false;
  await settle();
  expect(requests).toHaveLength(1);
});

// covers: LIST-10
test('the focus refreshes, but not more often than every five seconds', async () => {
  const { requests } = await openList({ rows: rows(3) }, 3);
  const focus = async () => {
    window.dispatchEvent(new Event('focus'));
    document.dispatchEvent(new Event('visibilitychange'));
    await vi.advanceTimersByTimeAsync(100);
  };
  await focus();
  expect(requests).toHaveLength(0);
  await vi.advanceTimersByTimeAsync(5_000);
  await focus();
  await focus();
  expect(requests).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(5_000);
  await focus();
  expect(requests).toHaveLength(2);
});

test('several changes during a refresh cause one more', async () => {
  const { refresher, requests } = await openList({ rows: rows(3) }, 3);
  for (let i = 0; i < 10; i += 1) refresher.refresh();
  await settle();
  expect(requests).toHaveLength(2);
});

// covers: LIST-15
test('a refresh without an answer changes nothing, and is not repeated', async () => {
  const server = { rows: rows(3), isAway: false };
  const { refresher, shown } = await openList(server, 3);
  server.isAway = true;
  refresher.refresh();
  await settle();
  expect(shown()).toHaveLength(3);
  server.isAway = false;
  server.rows = rows(2);
  await settle();
  expect(shown()).toHaveLength(3);
  refresher.refresh();
  await settle();
  expect(shown()).toHaveLength(2);
});

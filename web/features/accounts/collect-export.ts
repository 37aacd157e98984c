import type { ApolloClient } from '@apollo/client';
import { ExportTasksDocument, SecurityEventsDocument } from '../../graphql/generated/operations.ts';

/** A page of a list, and where the next one starts. */
interface Page<Node> {
  readonly nodes: readonly Node[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** The most events of one request. */
const EVENTS_PER_PAGE = 100;

/** Reads every page of a list, one after the other. */
async function readAll<Node>(
  readPage: (after: string | null) => Promise<Page<Node> | undefined>,
  onProgress: (count: number) => void,
): Promise<Node[]> {
  const all: Node[] = [];
  for (let after: string | null = null; ; ) {
    const page = await readPage(after);
    if (page === undefined) throw new Error('The API did not return the page of a list.');
    all.push(...page.nodes);
    onProgress(all.length);
    if (!page.pageInfo.hasNextPage) return all;
    after = page.pageInfo.endCursor;
  }
}

/** Removes `__typename`, which Apollo Client adds, from all objects of a value. */
const withoutTypenames = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { __typename, ...rest } = value as Record<string, unknown>;
  return rest;
};

/**
 * Returns everything that Fieldgate has of a user as JSON text: the account's part, from the web app, and tasks with
 * steps and security events, from the API.
 * @param onProgress called with the number of entries read so far
 * @throws Apollo Client's error if a page cannot be read
 */
export async function collectExport(
  client: Pick<ApolloClient, 'query'>,
  account: unknown,
  onProgress: (count: number) => void,
): Promise<string> {
  // Not into the cache: it may be much more than the pages show.
  const fetchPolicy = 'no-cache';
  const tasks = await readAll(
    async (after) =>
      (await client.query({ query: ExportTasksDocument, variables: { after }, fetchPolicy })).data?.tasks,
    onProgress,
  );
  const securityEvents = await readAll(
    async (after) =>
      (await client.query({ query: SecurityEventsDocument, variables: { first: EVENTS_PER_PAGE, after }, fetchPolicy }))
        .data?.viewer.securityEvents,
    (count) => onProgress(tasks.length + count),
  );
  const exported = { exportedAt: new Date().toISOString(), account, tasks, securityEvents };
  return JSON.stringify(exported, withoutTypenames, 2);
}

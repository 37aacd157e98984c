import 'server-only';
import type { Unmasked } from '@apollo/client/masking';
import { TasksDocument, type TasksQuery } from '../../graphql/generated/graphql.ts';
import { type ServerApi, serverQuery } from '../../graphql/server-query.ts';
import { FIRST_PAGE } from './first-page.ts';

/** The first page of the list; null if it could not be fetched. */
export type InitialTaskPage = Unmasked<TasksQuery> | null;

/** Fetches the first page of the list while the page is rendered on the server. */
export function fetchInitialTaskPage(api: ServerApi): Promise<InitialTaskPage> {
  return serverQuery(TasksDocument, FIRST_PAGE, api);
}

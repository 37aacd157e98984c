import 'server-only';
import type { Unmasked } from '@apollo/client/masking';
import { TasksDocument, type TasksQuery } from '../../graphql/generated/graphql.ts';
import { serverQuery } from '../../graphql/server-query.ts';
import { FIRST_PAGE } from './first-page.ts';

/** The first page of the list as the API gave it; null when it could not be had. */
export type InitialTaskPage = Unmasked<TasksQuery> | null;

/** Asks the API for the first page of the list, while the page is rendered. */
export function fetchInitialTaskPage(api: { endpoint: string; token: string }): Promise<InitialTaskPage> {
  return serverQuery(TasksDocument, FIRST_PAGE, api);
}

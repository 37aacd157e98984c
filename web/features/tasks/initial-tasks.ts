import 'server-only';
import { TaskDocument, type TaskQuery, TasksDocument, type TasksQuery } from '../../graphql/generated/operations.ts';
import { type ServerApi, serverQuery } from '../../graphql/server-query.ts';
import { dayOf } from './due-label.ts';
import { viewVariables } from './list-view.ts';
import { FIRST_PAGE_SIZE } from './page-sizes.ts';
import { parseAddress } from './task-address.ts';

/** What the server fetches for the task page. */
export interface InitialTasks {
  /** The path and the query of the URL. */
  readonly address: string;
  /** The day in UTC, which the first render takes for the viewer's. */
  readonly today: string;
  /** The first page of the view; null if it could not be fetched. */
  readonly page: TasksQuery | null;
  /** The task of the URL; null without one, or if it could not be fetched. */
  readonly task: TaskQuery | null;
}

/** The form of a task's id: the API rejects others. */
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Fetches what the URL shows while the page is rendered on the server. */
export async function fetchInitialTasks(address: string, api: ServerApi): Promise<InitialTasks> {
  const { view, taskId } = parseAddress(address);
  const today = dayOf(new Date(), 'UTC');
  const [page, task] = await Promise.all([
    serverQuery(TasksDocument, { ...viewVariables(view, today), first: FIRST_PAGE_SIZE }, api),
    taskId !== null && UUID.test(taskId) ? serverQuery(TaskDocument, { id: taskId }, api) : null,
  ]);
  return { address, today, page, task };
}

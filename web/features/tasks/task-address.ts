import { type ListView, parseView, printView } from './list-view.ts';

/** What the task page shows, as it is in its URL. */
export interface TaskAddress {
  readonly view: ListView;
  /** The task whose dialog is open; null without one. */
  readonly taskId: string | null;
}

const HOME = '/tasks';
const TASK = /^\/tasks\/([^/]+)\/?$/;

/** Parses the path and the query of a URL. */
export function parseAddress(url: string): TaskAddress {
  const [path = '', query = ''] = url.split('?', 2);
  return { view: parseView(query), taskId: TASK.exec(path)?.[1] ?? null };
}

/** Returns the path and the query of a URL. */
export function printAddress({ view, taskId }: TaskAddress): string {
  return (taskId === null ? HOME : `${HOME}/${encodeURIComponent(taskId)}`) + printView(view);
}

import type { Metadata } from 'next';
import { orUnavailable } from '../or-unavailable.tsx';
import type { SearchParams } from '../search-params.ts';
import { TASKS_PAGE } from '../../words.ts';
import { TasksPage } from './tasks-page.tsx';

export const metadata: Metadata = { title: TASKS_PAGE.tasks };

/** The viewer's tasks. */
export default orUnavailable(({ searchParams }: { searchParams: SearchParams }) =>
  TasksPage({ path: '/tasks', searchParams }),
);

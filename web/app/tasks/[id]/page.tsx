import type { Metadata } from 'next';
import { orUnavailable } from '../../or-unavailable.tsx';
import type { SearchParams } from '../../search-params.ts';
import { TasksPage } from '../tasks-page.tsx';

export const metadata: Metadata = { title: 'Tasks' };

interface Props {
  readonly params: Promise<{ readonly id: string }>;
  readonly searchParams: SearchParams;
}

/** The viewer's tasks, with the dialog of one of them. */
export default orUnavailable(async ({ params, searchParams }: Props) =>
  TasksPage({ path: `/tasks/${(await params).id}`, searchParams }),
);

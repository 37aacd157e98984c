import type { Metadata } from 'next';
import { requireSession } from '../../auth/session.ts';
import { fetchInitialTaskPage } from '../../features/tasks/initial-task-page.ts';
import { TaskScreen } from '../../features/tasks/task-screen.tsx';
import { orUnavailable } from '../or-unavailable.tsx';
import { sessionApi } from '../session-api.ts';
import { SignedInPage } from '../signed-in-page.tsx';
import { TASKS_PAGE } from '../../words.ts';

export const metadata: Metadata = { title: TASKS_PAGE.tasks };

/**
 * The viewer's tasks. The server fetches the first page of them with a token that never leaves it: the HTML contains no
 * token.
 */
export default orUnavailable(async function TasksPage() {
  const session = await requireSession('/tasks');
  const tasks = await fetchInitialTaskPage(await sessionApi(session));
  return (
    <SignedInPage session={session}>
      <TaskScreen initialPage={tasks} />
    </SignedInPage>
  );
});

import type { Metadata } from 'next';
import { getAuthServices } from '../../auth/auth-services.ts';
import { requireSession } from '../../auth/session.ts';
import { webConfig } from '../../config.ts';
import { fetchInitialTaskPage } from '../../features/tasks/initial-task-page.ts';
import { TaskScreen } from '../../features/tasks/task-screen.tsx';
import { orUnavailable } from '../or-unavailable.tsx';
import { SignedInPage } from '../signed-in-page.tsx';

export const metadata: Metadata = { title: 'Tasks' };

/**
 * The viewer's tasks. The server fetches the first page of them with a token that never leaves it: the HTML contains no
 * token.
 */
export default orUnavailable(async function TasksPage() {
  const session = await requireSession('/tasks');
  const { accessToken } = await getAuthServices().issue(session);
  const { API_URL } = webConfig();
  const tasks = await fetchInitialTaskPage({ endpoint: `${API_URL}/graphql`, token: accessToken });
  return (
    <SignedInPage session={session}>
      <TaskScreen initialPage={tasks} />
    </SignedInPage>
  );
});

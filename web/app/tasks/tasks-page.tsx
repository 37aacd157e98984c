import { requireSession } from '../../auth/session.ts';
import { fetchInitialTasks } from '../../features/tasks/initial-tasks.ts';
import { TaskScreen } from '../../features/tasks/task-screen.tsx';
import type { SearchParams } from '../search-params.ts';
import { sessionApi } from '../session-api.ts';
import { SignedInPage } from '../signed-in-page.tsx';

/**
 * The viewer's tasks, as the URL shows them. The server fetches the first page of its view with a token that never leaves
 * it: the HTML contains no token.
 * @param path the path of the URL
 */
export async function TasksPage({ path, searchParams }: { path: string; searchParams: SearchParams }) {
  const query = new URLSearchParams(
    Object.entries(await searchParams).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
  const address = query.size === 0 ? path : `${path}?${query}`;
  const session = await requireSession(address);
  const initial = await fetchInitialTasks(address, await sessionApi(session));
  return (
    <SignedInPage session={session}>
      <TaskScreen initial={initial} />
    </SignedInPage>
  );
}

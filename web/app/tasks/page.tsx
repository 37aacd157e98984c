import type { Metadata } from 'next';
import { getAuthServices } from '../../auth/auth-services.ts';
import { requireSession } from '../../auth/session.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { webConfig } from '../../config.ts';
import { SignOutButton } from '../../features/accounts/sign-out-button.tsx';
import { StepUpProvider } from '../../features/security/step-up-provider.tsx';
import { fetchInitialTaskPage } from '../../features/tasks/initial-task-page.ts';
import { TaskScreen } from '../../features/tasks/task-screen.tsx';
import { ApiProvider } from '../../graphql/api-provider.tsx';
import { orUnavailable } from '../or-unavailable.tsx';

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
    <StepUpProvider>
      <ApiProvider key={session.user.id} userId={session.user.id} apiUrl={API_URL}>
        <PageHeader email={session.user.email}>
          <SignOutButton />
        </PageHeader>
        <TaskScreen initialPage={tasks} />
      </ApiProvider>
    </StepUpProvider>
  );
});

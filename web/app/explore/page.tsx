import type { Metadata } from 'next';
import { signInPath } from '../../auth/return-target.ts';
import { currentSession } from '../../auth/session.ts';
import { PageHeader } from '../../components/page-header.tsx';
import { webConfig } from '../../config.ts';
import { SignedInExplorer, SignedOutExplorer } from '../../features/explore/explorers.tsx';
import { orUnavailable } from '../or-unavailable.tsx';
import { SignedInPage } from '../signed-in-page.tsx';

export const metadata: Metadata = { title: 'Explore' };

/** GraphiQL on the API, for users and for visitors without a session. */
export default orUnavailable(async function ExplorePage() {
  const session = await currentSession();
  const { API_URL, EXPLAIN, INTROSPECTION } = webConfig();
  const props = { endpoint: `${API_URL}/graphql`, explain: EXPLAIN === 'on', introspection: INTROSPECTION === 'on' };
  if (session === null)
    return (
      <>
        <PageHeader>
          <a href={signInPath('/explore')}>Sign in</a>
        </PageHeader>
        <SignedOutExplorer {...props} />
      </>
    );
  return (
    <SignedInPage session={session}>
      <SignedInExplorer {...props} />
    </SignedInPage>
  );
});

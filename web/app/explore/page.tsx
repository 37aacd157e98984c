import type { Metadata } from 'next';
import { currentSession } from '../../auth/session.ts';
import { webConfig } from '../../config.ts';
import { SignedInExplorer, SignedOutExplorer } from '../../features/explore/explorers.tsx';
import { orUnavailable } from '../or-unavailable.tsx';
import { SignedInPage } from '../signed-in-page.tsx';
import { VisitorPage } from '../visitor-page.tsx';
import { EXPLORE_PAGE } from '../../words.ts';

export const metadata: Metadata = { title: EXPLORE_PAGE.explore };

/** GraphiQL on the API, for users and for visitors without a session. */
export default orUnavailable(async function ExplorePage() {
  const session = await currentSession();
  const { API_URL, EXPLAIN, INTROSPECTION } = webConfig();
  const props = { endpoint: `${API_URL}/graphql`, explain: EXPLAIN === 'on', introspection: INTROSPECTION === 'on' };
  if (session === null)
    return (
      <VisitorPage path="/explore">
        <SignedOutExplorer {...props} />
      </VisitorPage>
    );
  return (
    <SignedInPage session={session}>
      <SignedInExplorer {...props} />
    </SignedInPage>
  );
});

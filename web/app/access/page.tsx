import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { getAuthServices } from '../../auth/auth-services.ts';
import { currentSession } from '../../auth/session.ts';
import { webConfig } from '../../config.ts';
import { AccessPage } from '../../features/access/access-page.tsx';
import { fetchAccessMap } from '../../graphql/fetch-access-map.ts';
import { clientHeaders } from '../../http/client-headers.ts';
import { openDemoAccount } from '../demo-account.ts';
import { orUnavailable } from '../or-unavailable.tsx';
import { SignedInPage } from '../signed-in-page.tsx';
import { VisitorPage } from '../visitor-page.tsx';
import { ACCESS_MAP_PAGE } from '../../words.ts';

export const metadata: Metadata = {
  title: ACCESS_MAP_PAGE.accessMap,
  description: 'Every field of the API, and who may read it.',
};

/**
 * The access map, for everyone: the API decides what each caller sees. The server fetches it with a token that never leaves
 * it.
 */
export default orUnavailable(async function AccessMapPage() {
  const session = await currentSession();
  const token = session && (await getAuthServices().issue(session)).accessToken;
  const { API_URL, API_INTERNAL_URL } = webConfig();
  const page = (
    <AccessPage
      result={await fetchAccessMap(API_INTERNAL_URL, token, clientHeaders(await headers()))}
      isSignedIn={session !== null}
      apiUrl={API_URL}
      demo={await openDemoAccount()}
    />
  );
  return session ? (
    <SignedInPage session={session}>{page}</SignedInPage>
  ) : (
    <VisitorPage path="/access">{page}</VisitorPage>
  );
});

import 'server-only';
import { headers } from 'next/headers';
import { getAuthServices } from '../auth/auth-services.ts';
import type { PageSession } from '../auth/session.ts';
import { webConfig } from '../config.ts';
import { positionHeader } from '../graphql/read-position.ts';
import type { ServerApi } from '../graphql/server-query.ts';
import { clientHeaders } from '../http/client-headers.ts';

/** Returns how a page queries the API for its session while it is rendered. */
export async function sessionApi(session: PageSession): Promise<ServerApi> {
  const { accessToken } = await getAuthServices().issue(session);
  const ofPage = await headers();
  return {
    endpoint: `${webConfig().API_INTERNAL_URL}/graphql`,
    token: accessToken,
    client: clientHeaders(ofPage),
    position: positionHeader(ofPage.get('cookie') ?? ''),
  };
}

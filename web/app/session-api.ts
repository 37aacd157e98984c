import 'server-only';
import { getAuthServices } from '../auth/auth-services.ts';
import type { PageSession } from '../auth/session.ts';
import { webConfig } from '../config.ts';

/** Returns the API's endpoint and a token of a session, with which a page queries the API while it is rendered. */
export async function sessionApi(session: PageSession): Promise<{ endpoint: string; token: string }> {
  const { accessToken } = await getAuthServices().issue(session);
  return { endpoint: `${webConfig().API_URL}/graphql`, token: accessToken };
}

import 'server-only';
import { ACCESS_MAP_PATH, type AccessDocument } from '../../runtime/access-document.ts';
import { type ClientHeaders, logApiRequest } from '../http/client-headers.ts';
import { logOutage } from '../log.ts';

/** How long a page waits for the API, in milliseconds. */
const TIMEOUT = 3_000;

/**
 * Fetches the access map while a page is rendered: the API decides by the token what is in it.
 * @param apiUrl the origin at which the web app reaches the API
 * @param token an access token; null for a visitor without a session
 * @param client the client of the page's request
 * @returns the map; `off` where introspection is off; null if the API is unavailable, which is then logged
 */
export async function fetchAccessMap(
  apiUrl: string,
  token: string | null,
  client: ClientHeaders,
): Promise<AccessDocument | 'off' | null> {
  try {
    const response = await fetch(apiUrl + ACCESS_MAP_PATH, {
      cache: 'no-store',
      headers: { ...client, ...(token !== null && { authorization: `Bearer ${token}` }) },
      signal: AbortSignal.timeout(TIMEOUT),
    });
    logApiRequest(client, response);
    if (response.ok) return (await response.json()) as AccessDocument;
    if (response.status === 404) return 'off';
    logOutage(new Error(`The API answered with status ${response.status}.`), 'the API rejected the request of a page');
  } catch (error) {
    logOutage(error, 'the API did not answer the request of a page');
  }
  return null;
}

import { POSITION_COOKIE, POSITION_HEADER } from '../../runtime/position-header.ts';

/** For how long the browser keeps a position, in seconds: as long as the API accepts it. */
const LIFETIME = 30;

/** The header of a request with the position of the user's last change; none without one. */
export type PositionHeader = { readonly [POSITION_HEADER]?: string };

/**
 * Returns the header for a request to the API: its queries then see the user's last change on a read replica, or run on the
 * primary.
 * @param cookies the cookies of the page: `document.cookie`, or the Cookie header of the page's request
 */
export function positionHeader(cookies = ''): PositionHeader {
  // Only what a header may contain: any script of the origin can write the cookie.
  const position = cookies.match(`${POSITION_COOKIE}=([\\w.-]+)`)?.[1];
  return position ? { [POSITION_HEADER]: position } : {};
}

/**
 * Keeps the position of an answer to a mutation in a cookie of the web app's origin, for reloads, other tabs and pages that
 * the server renders; returns the response. Of two positions the greater text is the later one.
 */
export function keepPosition(response: Response): Response {
  const position = response.headers.get(POSITION_HEADER);
  if (position && position > (positionHeader(document.cookie)[POSITION_HEADER] ?? ''))
    document.cookie = `${POSITION_COOKIE}=${position};path=/;max-age=${LIFETIME};samesite=strict${location.protocol === 'https:' ? ';secure' : ''}`;
  return response;
}

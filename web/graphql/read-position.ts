import { POSITION_HEADER } from '../../runtime/position-header.ts';

/** The header of a request with the position of the user's last change. */
export type PositionHeader = { readonly [POSITION_HEADER]: string };

/**
 * Returns the header for a request to the API, whose queries then see the user's last change on a read replica or run on the
 * primary; undefined without a position.
 * @param cookies the cookies of the page: `document.cookie`, or the Cookie header of the page's request
 */
export function positionHeader(cookies = ''): PositionHeader | undefined {
  // Only what a header may contain: any script of the origin can write the cookie.
  const position = cookies.match(`${POSITION_HEADER}=([\\w.-]+)`)?.[1];
  return position ? { [POSITION_HEADER]: position } : undefined;
}

/**
 * Keeps the position of an answer to a mutation in a cookie of the web app's origin, as long as the API accepts it: for
 * reloads, other tabs and pages that the server renders. Returns the response. Of two positions the greater text is the later
 * one. The cookie opens nothing, and is not Secure: it is also kept on plain http.
 */
export function keepPosition(response: Response): Response {
  const position = response.headers.get(POSITION_HEADER);
  if (position && position > (positionHeader(document.cookie)?.[POSITION_HEADER] ?? ''))
    document.cookie = `${POSITION_HEADER}=${position};path=/;max-age=30;samesite=strict`;
  return response;
}

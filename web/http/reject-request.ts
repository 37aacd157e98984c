import type { IncomingMessage, ServerResponse } from 'node:http';

/** What each part of the site can be asked for with. */
const PAGE_METHODS = ['GET', 'HEAD'];
const ACCOUNT_METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'];

/** The longest target, in characters. */
const MAX_TARGET_LENGTH = 4_096;
/** The most parameters in one: no page of ours knows two. Next takes nine seconds for 7,500 of one name. */
const MAX_PARAMETERS = 32;

/** The pages with a form that a browser sends by itself when it is sent before scripts have come. */
const FORM_PATHS = /^\/sign-(in|up)(\?|$)/;

/**
 * Answers what no page is for, before Next sees it. Next takes the host out of a target as proxies write them and
 * redirects there, fails on others, and reads a POST to any page as the call of a server action, of which there are
 * none: what unpacks their arguments has been a way in before.
 * @param request its `url` is made a path where it is written as proxies write it (RFC 9112 §3.2.2)
 * @returns whether it was answered
 */
export function rejectRequest(request: IncomingMessage, response: ServerResponse): boolean {
  const url = toOriginForm(request.url ?? '');
  if (url === null) return reject(response, 400);
  if (url.length > MAX_TARGET_LENGTH) return reject(response, 414);
  if (url.split('&').length > MAX_PARAMETERS) return reject(response, 400);
  request.url = url;
  const { method = '' } = request;
  const allowed = url.startsWith('/api/') ? ACCOUNT_METHODS : PAGE_METHODS;
  if (allowed.includes(method)) return false;
  // The form again, empty: as it was sent nobody could read it.
  if (method === 'POST' && FORM_PATHS.test(url)) return reject(response, 303, { location: url });
  return reject(response, 405, { allow: allowed.join(', ') });
}

function toOriginForm(target: string): string | null {
  if (target.startsWith('/')) return target;
  const parsed = /^https?:/i.test(target) ? URL.parse(target) : null;
  return parsed && parsed.pathname + parsed.search;
}

function reject(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): true {
  response.writeHead(status, { 'cache-control': 'no-store', ...headers }).end();
  return true;
}

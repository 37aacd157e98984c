import type { IncomingMessage, ServerResponse } from 'node:http';

/** The allowed methods of pages, and of /api/. */
const PAGE_METHODS = ['GET', 'HEAD'];
const ACCOUNT_METHODS = ['GET', 'HEAD', 'POST', 'OPTIONS'];

/** The longest request target, in characters. */
const MAX_TARGET_LENGTH = 4_096;
/** The most parameters in a target. No page has two; Next takes nine seconds for 7,500 of one name. */
const MAX_PARAMETERS = 32;

/** The pages whose form the browser itself submits if the page's scripts have not loaded. */
const FORM_PATHS = /^\/(sign-(in|up)|(forgot|reset)-password|account(\/(password|data))?)(\?|$)/;

/**
 * Rejects malformed and unsupported requests before Next handles them. Next redirects to the host of an absolute-form
 * target, fails on other forms, and parses a POST to any page as a server action. There are no server actions, and
 * parsing their arguments has had remote code execution bugs.
 * @param request an absolute-form `url` (RFC 9112 §3.2.2) is replaced by its path
 * @returns whether it has answered the request
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
  // Shows the empty form again: no code reads a submitted one.
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

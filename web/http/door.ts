import type { IncomingMessage, ServerResponse } from 'node:http';

/** What each part of the site can be asked for with. */
const PAGES = ['GET', 'HEAD'];
const ACCOUNTS = ['GET', 'HEAD', 'POST', 'OPTIONS'];

/** The longest target, in characters. */
const LONGEST = 4_096;
/** The most parameters in one: no page of ours knows two. Next takes nine seconds for 7,500 of one name. */
const MOST_PARAMETERS = 32;

/** The pages with a form that a browser sends by itself when it is sent before scripts have come. */
const FORMS = /^\/sign-(in|up)(\?|$)/;

/**
 * Answers what no page is for, before Next sees it. Next takes the host out of a target as proxies write them and
 * redirects there, fails on others, and reads a POST to any page as the call of a server action, of which there are
 * none: what unpacks their arguments has been a way in before.
 * @param request its `url` is made a path where it is written as proxies write it (RFC 9112 §3.2.2)
 * @returns whether it was answered
 */
export function turnAway(request: IncomingMessage, response: ServerResponse): boolean {
  const url = pathIn(request.url ?? '');
  if (url === null) return answer(response, 400);
  if (url.length > LONGEST) return answer(response, 414);
  if (url.split('&').length > MOST_PARAMETERS) return answer(response, 400);
  request.url = url;
  const { method = '' } = request;
  const allowed = url.startsWith('/api/') ? ACCOUNTS : PAGES;
  if (allowed.includes(method)) return false;
  // The form again, empty: as it was sent nobody could read it.
  if (method === 'POST' && FORMS.test(url)) return answer(response, 303, { location: url });
  return answer(response, 405, { allow: allowed.join(', ') });
}

function pathIn(target: string): string | null {
  if (target.startsWith('/')) return target;
  const parsed = /^https?:/i.test(target) ? URL.parse(target) : null;
  return parsed && parsed.pathname + parsed.search;
}

function answer(response: ServerResponse, status: number, headers: Readonly<Record<string, string>> = {}): true {
  response.writeHead(status, { 'cache-control': 'no-store', ...headers }).end();
  return true;
}

import type { ClientRequest } from '../measure/client.ts';
import type { SignedInUser } from '../soak/user.ts';

/** The name of a kind of request in `--only`. */
export type PageKindName = 'tasks' | 'signIn' | 'session' | 'token';

/** One kind of request to the web app. */
export interface PageKind {
  readonly title: string;
  readonly path: string;
  readonly isSignedIn: boolean;
  /** Whether a body is the expected one: a fast wrong response is not measured. */
  isExpected(body: string): boolean;
}

/** A title of `seedTasks`, which the first page of the list shows. */
const TASK_TITLE = /Task \d+ of person/;

/** The requests to measure. */
export const PAGE_KINDS: Readonly<Record<PageKindName, PageKind>> = {
  tasks: {
    title: 'GET /tasks, signed in',
    path: '/tasks',
    isSignedIn: true,
    isExpected: (body) => TASK_TITLE.test(body) && body.endsWith('</html>'),
  },
  signIn: {
    title: 'GET /sign-in, signed out',
    path: '/sign-in',
    isSignedIn: false,
    isExpected: (body) => body.endsWith('</html>'),
  },
  session: {
    title: 'GET /api/auth/get-session',
    path: '/api/auth/get-session',
    isSignedIn: true,
    isExpected: (body) => body.includes('"session":{'),
  },
  token: {
    title: 'GET /api/auth/access-token',
    path: '/api/auth/access-token',
    isSignedIn: true,
    isExpected: (body) => body.includes('"accessToken":"'),
  },
};

/** Client addresses of the benchmark's own network (RFC 2544: 198.18.0.0/15): limits by address are not measured here. */
const addressOf = (index: number) => `198.18.${Math.floor(index / 250) % 250}.${index % 250}`;

/**
 * Returns request number `index` of a kind, with the headers of a browser.
 * @param isCompressed whether the response may be compressed. Default: as browsers ask, it may
 */
export function pageRequest(
  { path, isSignedIn }: PageKind,
  webUrl: string,
  users: readonly SignedInUser[],
  index: number,
  isCompressed = true,
): ClientRequest {
  const isPage = !path.startsWith('/api/');
  return {
    url: webUrl + path,
    headers: {
      'accept-encoding': isCompressed ? 'gzip, deflate, br, zstd' : 'identity',
      'accept-language': 'en',
      accept: isPage ? 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' : '*/*',
      'sec-fetch-dest': isPage ? 'document' : 'empty',
      'sec-fetch-mode': isPage ? 'navigate' : 'cors',
      'sec-fetch-site': isPage ? 'none' : 'same-origin',
      'user-agent':
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36',
      'x-forwarded-for': addressOf(index),
      ...(isSignedIn && { cookie: users[index % users.length]?.cookie ?? '' }),
    },
  };
}

import type { ClientRequest } from '../measure/client.ts';
import type { Product } from '../stand/product.ts';
import type { SignedInUser } from './user.ts';

/** A kind of request that the soak repeats. */
export interface Kind {
  readonly name: string;
  /** Returns request number `index` of this kind. */
  request(index: number): ClientRequest;
  /** The expected status. */
  readonly status: number;
  /** Fraction of the repetitions for this kind. Default: 1. */
  readonly share?: number;
}

/** A list as the web client requests it. */
const LIST = `query Tasks($first: Int!) { tasks(first: $first) { totalCount pageInfo { hasNextPage endCursor }
  edges { cursor node { id title description done dueAt priority } } } }`;
const CHANGE = 'mutation Change($id: ID!, $done: Boolean!) { updateTask(id: $id, input: { done: $done }) { id done } }';

/** The API caches documents of up to 10,000 characters, 250,000 characters in all: 26 of these. */
const PADDING = 'x'.repeat(9_500);

/** A tenth: each costs 25 ms of processor time for the password hash. */
const COSTLY = 0.1;

/** Many client addresses, because rate limits by address are not measured here (RFC 2544: 198.18.0.0/15). */
const address = (index: number) => `198.18.${Math.floor(index / 250) % 250}.${index % 250}`;

/**
 * Returns every kind of request that a soak repeats: served, refused and malformed.
 * @param user a user who is signed in
 * @param taskId one of their tasks
 * @param strangerId the id of another user
 */
export function kindsOf(
  { apiUrl, webUrl }: Product,
  user: SignedInUser,
  taskId: string,
  strangerId: string,
): readonly Kind[] {
  const authorization = `Bearer ${user.token}`;
  const operation = (
    query: string,
    variables: object = {},
    headers: Record<string, string> = { authorization },
  ): ClientRequest => ({
    method: 'POST',
    url: `${apiUrl}/graphql`,
    headers,
    body: { query, variables },
  });
  const web = (path: string, headers: Record<string, string> = {}): ClientRequest => ({ url: webUrl + path, headers });
  const account = (
    path: string,
    index: number,
    body?: object,
    headers: Record<string, string> = {},
  ): ClientRequest => ({
    method: body ? 'POST' : 'GET',
    url: `${webUrl}/api/auth${path}`,
    headers: { origin: webUrl, 'x-forwarded-for': address(index), ...headers },
    body,
  });
  const { email, password, cookie } = user;
  const [header = '', payload = ''] = user.token.split('.');
  /** Returns a token with a different signature each time. */
  const badToken = (index: number) => `${header}.${payload}.${Buffer.alloc(32, `${index}:`).toString('base64url')}`;
  const MANY = 1_000;

  return [
    { name: 'page: /tasks, signed in', request: () => web('/tasks', { cookie }), status: 200 },
    { name: 'page: /tasks, not signed in', request: () => web('/tasks'), status: 307 },
    { name: 'page: /sign-in', request: () => web('/sign-in'), status: 200 },
    { name: 'page: not found', request: (index) => web(`/nothing-${index % MANY}`), status: 404 },
    { name: 'API: query', request: () => operation(LIST, { first: 20 }), status: 200 },
    {
      name: 'API: mutation',
      request: (index) => operation(CHANGE, { id: taskId, done: index % 2 === 0 }),
      status: 200,
    },
    {
      name: 'API: document seen for the first time',
      request: (index) => operation(`query Q${index} { status { ok } } # ${PADDING}`),
      status: 200,
    },
    { name: 'API: 401 without a token', request: () => operation(LIST, { first: 20 }, {}), status: 401 },
    {
      name: 'API: 401 bad token',
      request: (index) => operation(LIST, { first: 20 }, { authorization: `Bearer ${badToken(index)}` }),
      status: 401,
    },
    {
      name: 'API: 403 id of another user',
      request: () => operation('query Theirs($id: ID!) { tasks(userId: $id) { totalCount } }', { id: strangerId }),
      status: 403,
    },
    { name: 'API: 400 no such field', request: (index) => operation(`{ nothing${index} }`), status: 400 },
    {
      name: 'accounts: session read',
      request: (index) => account('/get-session', index, undefined, { cookie }),
      status: 200,
    },
    {
      name: 'accounts: access token renewed',
      request: (index) => account('/access-token', index, undefined, { cookie }),
      status: 200,
    },
    { name: 'accounts: 401 without a session', request: (index) => account('/access-token', index), status: 401 },
    {
      name: 'accounts: 403 another site',
      request: (index) =>
        account('/sign-in/email', index, { email, password }, { origin: 'https://other.example', cookie }),
      status: 403,
    },
    {
      name: 'accounts: sign-in',
      request: (index) => account('/sign-in/email', index, { email, password }),
      status: 200,
      share: COSTLY,
    },
    {
      name: 'accounts: 401 wrong password',
      request: (index) =>
        account('/sign-in/email', index, { email: `nobody${index}@example.com`, password: 'Wrong7horse' }),
      status: 401,
      share: COSTLY,
    },
  ];
}

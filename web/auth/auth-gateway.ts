import { clientNetwork } from '../../runtime/http/client-address.ts';
import { type KeyedSemaphore, Overloaded } from '../../runtime/keyed-semaphore.ts';
import { logOutage } from '../log.ts';
import { isFlatJsonObject, readBody } from './request-body.ts';
import type { RateLimit, TakeAttempt } from './rate-limit.ts';
import type { RecordEvent } from './security-log.ts';
import { SESSIONS_ENDED } from './sessions.ts';

/** Every endpoint that is offered under /api/auth, as method and path; what else Better Auth has is refused with 404. */
export const ALLOWED_ENDPOINTS: ReadonlySet<string> = new Set([
  'POST /sign-up/email',
  'POST /sign-in/email',
  'POST /sign-out',
  'GET /get-session',
  'GET /access-token',
  'GET /list-sessions',
  'POST /revoke-session',
  'POST /revoke-other-sessions',
  'POST /revoke-sessions',
  'POST /change-password',
]);

const BASE_PATH = '/api/auth';

/** Bytes in a body: the largest honest one, a sign-up with the longest password, has under 2 kB. */
const MAX_BODY_BYTES = 65_536;

/** Where a password is hashed. A sign-up even holds its database connection meanwhile. */
const HASHING_PATHS = new Set(['/sign-up/email', '/sign-in/email', '/change-password']);

/** After these nobody can tell any more whose session a request came with. */
const ENDS_SESSIONS = new Set([
  '/sign-out',
  '/revoke-session',
  '/revoke-other-sessions',
  '/revoke-sessions',
  '/change-password',
]);

/** The most sign-ins, sign-ups and changes of a password (each counted by itself) from one network in any minute. */
export const CREDENTIAL_LIMIT = 200;

/** No person meets these limits; a school behind one address hardly does. */
const limitOf = (path: string): RateLimit => ({
  most: HASHING_PATHS.has(path) ? CREDENTIAL_LIMIT : 600,
  window: 60_000,
});

const errorResponse = (status: number, code: string, message: string, headers: Record<string, string> = {}) =>
  Response.json({ code, message }, { status, headers });

/** What stands behind /api/auth. */
export interface AuthGateway {
  /** Better Auth's own. */
  readonly handler: (request: Request) => Promise<Response>;
  /** Whose session a request comes with; null without one. */
  readonly userIdFor: (headers: Headers) => Promise<string | null>;
  /** Hears of each request and its answer, before that leaves. */
  readonly recordEvent: RecordEvent;
  /** Counts an attempt of a network on a path, before any work is done for it. */
  readonly takeAttempt: TakeAttempt;
  /** Limits the requests that hash a password, by network. */
  readonly hashingSemaphore: Pick<KeyedSemaphore, 'run'>;
}

/** The request with its body read and measured, or the refusal of it. */
async function validateRequest(request: Request, path: string): Promise<Request | Response> {
  if (!ALLOWED_ENDPOINTS.has(`${request.method} ${path}`)) return errorResponse(404, 'NOT_FOUND', 'No such path.');
  if (request.method !== 'POST') return request;
  // Other sites can post forms without asking first (CORS "simple" requests), but not this type.
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? ''))
    return errorResponse(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send application/json.');
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === null) return errorResponse(413, 'PAYLOAD_TOO_LARGE', 'The request body is too large.');
  if (!isFlatJsonObject(body)) return errorResponse(400, 'VALIDATION_ERROR', 'Send one JSON object of plain values.');
  return new Request(request.url, { method: 'POST', headers: request.headers, body });
}

/**
 * Runs Better Auth within the limits: the rate limit first, so that a refused request takes no place in the queue, and
 * then, where a password is hashed, the queue. A failure inside is answered with 503: it is not the caller's fault.
 */
async function callBetterAuth(
  request: Request,
  path: string,
  work: () => Promise<Response>,
  gateway: AuthGateway,
): Promise<Response> {
  const network = clientNetwork(request.headers.get('x-forwarded-for') ?? '');
  try {
    const retryAfter = await gateway.takeAttempt(`${network} ${path}`, limitOf(path));
    if (retryAfter !== null)
      return errorResponse(429, 'TOO_MANY_REQUESTS', 'Too many requests. Please try again later.', {
        'Retry-After': String(retryAfter),
      });
    const response = await (HASHING_PATHS.has(path) ? gateway.hashingSemaphore.run(network, work) : work());
    if (response.status < 500) return response;
    logOutage(undefined, `a request to ${path} was answered with status ${response.status}`);
  } catch (error) {
    if (error instanceof Overloaded)
      return errorResponse(
        429,
        'OVERLOADED',
        'Too many people are signing in right now. Please try again in a moment.',
        {
          'Retry-After': '2',
        },
      );
    logOutage(error, `a request to ${path} failed`);
  }
  return errorResponse(503, 'UNAVAILABLE', 'Accounts are not available right now. Please try again in a moment.', {
    'Retry-After': '5',
  });
}

/**
 * Answers a request under /api/auth: refuses what is not offered, not JSON or too large, leaves the rest to Better
 * Auth, and completes its answers. What became of an account is recorded before the answer leaves.
 */
export async function handleAuthRequest(request: Request, gateway: AuthGateway): Promise<Response> {
  const path = new URL(request.url).pathname.slice(BASE_PATH.length);
  const validated = await validateRequest(request, path);
  const readableRequest = validated instanceof Response ? null : validated.clone();
  let userId: string | null = null;
  const work = async (validRequest: Request) => {
    if (ENDS_SESSIONS.has(path)) userId = await gateway.userIdFor(validRequest.headers);
    return gateway.handler(validRequest);
  };
  const response =
    validated instanceof Response ? validated : await callBetterAuth(request, path, () => work(validated), gateway);
  const sessionsEnded = Number(response.headers.get(SESSIONS_ENDED) ?? 0);
  await gateway.recordEvent({ path, request, readableRequest, response, userId, sessionsEnded });
  const headers = new Headers(response.headers);
  headers.delete(SESSIONS_ENDED);
  headers.set('Cache-Control', 'no-store');
  // Pages that a browser keeps, against its orders, would show the user who just left.
  if (path === '/sign-out' && response.ok) headers.set('Clear-Site-Data', '"cache"');
  return new Response(response.body, { status: response.status, headers });
}

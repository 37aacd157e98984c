import { z } from 'zod';
import { clientNetwork } from '../../runtime/http/client-address.ts';
import { type KeyedSemaphore, Overloaded, WaitAborted } from '../../runtime/keyed-semaphore.ts';
import { webMetrics } from '../http/metrics.ts';
import { logOutage } from '../log.ts';
import { emailFrom, SIGNED_IN_USER } from './account-event.ts';
import { type AuthEndpoint, endpointPath, findEndpoint } from './endpoints.ts';
import type { GuessLimit } from './guess-limit.ts';
import { TOO_MANY_GUESSES } from './guess-limit-plugin.ts';
import type { TakeAttempt } from './rate-limit.ts';
import { isJsonObject, NESTED_LEVELS, readBody } from './request-body.ts';
import type { RetrySchedule } from './retry-schedule.ts';
import type { RecordEvent } from './security-log.ts';
import { SESSIONS_ENDED } from './sessions.ts';

const BASE_PATH = '/api/auth';

/** The longest body, in bytes. The largest valid one, a sign-up with the longest password, has under 2 kB. */
const MAX_BODY_BYTES = 65_536;

/**
 * How long a request waits to hash a password, in milliseconds, before it is told to come back: on a machine that is too
 * busy, the last in the queue would wait longer than clients do, which is 20 s for the pages.
 */
const MAX_HASHING_WAIT = 15_000;

/** The length of a rate limit's window, in milliseconds. */
const MINUTE = 60_000;

const errorResponse = (status: number, code: string, message: string, headers: Record<string, string> = {}) =>
  Response.json({ code, message }, { status, headers });

/** The user of a request. */
export interface Requester {
  readonly userId: string;
  /** Whether the request carries a live session; false for a sign-in that waits for a second factor. */
  readonly inSession: boolean;
}

/** What `handleAuthRequest` needs to answer requests. */
export interface AuthGateway {
  /** Better Auth's request handler. */
  readonly handler: (request: Request) => Promise<Response>;
  /**
   * Returns the user whose session a request carries, or whose sign-in waits for a second factor; null without either.
   */
  readonly requesterOf: (headers: Headers) => Promise<Requester | null>;
  /** Records a request and its response in the security log, before the response is sent. */
  readonly recordEvent: RecordEvent;
  /** Counts an attempt of a network on a path, before any work is done for it. */
  readonly takeAttempt: TakeAttempt;
  /** Counts a guess at the account of an address, before its password is hashed. */
  readonly guessLimit: Pick<GuessLimit, 'takeForAccount'>;
  /** Limits the requests that hash a password, by network. */
  readonly hashingSemaphore: Pick<KeyedSemaphore, 'run'>;
  /** Says when requests that found no room in the queue may come back. */
  readonly retrySchedule: RetrySchedule;
}

/** Returns the request with its body read and checked, or the response that rejects it. */
async function validateRequest(request: Request, { nestedBody }: AuthEndpoint): Promise<Request | Response> {
  if (request.method !== 'POST') return request;
  // Other sites can post forms without a CORS preflight ("simple" requests), but not this media type.
  if (!/^application\/json\s*(;|$)/i.test(request.headers.get('content-type') ?? ''))
    return errorResponse(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send application/json.');
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body === null) return errorResponse(413, 'PAYLOAD_TOO_LARGE', 'The request body is too large.');
  if (!isJsonObject(body, nestedBody ? NESTED_LEVELS : 1))
    return errorResponse(400, 'VALIDATION_ERROR', 'Send one JSON object of plain values.');
  return new Request(request.url, { method: 'POST', headers: request.headers, body });
}

/** Whether the work that threw never started: there was no room to wait, or the wait took too long. */
const isUnstarted = (error: unknown): boolean => error instanceof Overloaded || error instanceof WaitAborted;

/**
 * Runs `work`, which checks a password for the account of an address, if the account has a guess left. The guess counts
 * from before the check, so that concurrent ones cannot exceed the limit. It is given back if the password was right, or
 * was not checked, as for a request of another site; not after a failure of the server, which may depend on the password.
 */
async function withinGuesses(request: Request, work: () => Promise<Response>, gateway: AuthGateway): Promise<Response> {
  const email = await emailFrom(request.clone());
  // Without one, Better Auth rejects the request.
  if (email === null) return work();
  // By Better Auth's own rule. Answered here, so that no request can pass uncounted should that rule change.
  if (!z.email().safeParse(email).success) return errorResponse(400, 'INVALID_EMAIL', 'Invalid email');
  const guess = await gateway.guessLimit.takeForAccount(request.headers, email);
  if (!guess.admitted)
    return errorResponse(429, TOO_MANY_GUESSES.code, TOO_MANY_GUESSES.message, {
      'Retry-After': String(guess.retryAfter),
    });
  try {
    const response = await work();
    // A wrong password is 401, and nothing else is.
    if (response.status < 500 && response.status !== 401) await guess.giveBack();
    return response;
  } catch (error) {
    if (isUnstarted(error)) await guess.giveBack();
    throw error;
  }
}

/**
 * Runs Better Auth within the limits. The rate limits come first, of the network and of the account, so that a request
 * over them takes no room in the queue; then, if the endpoint hashes a password, the queue. An internal failure is
 * answered with 503, not with Better Auth's 500: the client may retry.
 */
async function callBetterAuth(
  request: Request,
  path: string,
  endpoint: AuthEndpoint,
  work: () => Promise<Response>,
  gateway: AuthGateway,
): Promise<Response> {
  const network = clientNetwork(request.headers.get('x-forwarded-for') ?? '');
  try {
    const limit = { most: endpoint.limitPerMinute, window: MINUTE };
    const retryAfter = await gateway.takeAttempt(`${network} ${endpointPath(path)}`, limit);
    if (retryAfter !== null) {
      webMetrics()?.limited('network');
      return errorResponse(429, 'TOO_MANY_REQUESTS', 'Too many requests. Please try again later.', {
        'Retry-After': String(retryAfter),
      });
    }
    const timed = async () => {
      const startedAt = performance.now();
      return work().finally(() => gateway.retrySchedule.finished(performance.now() - startedAt));
    };
    const queued = () =>
      endpoint.hashesPassword
        ? gateway.hashingSemaphore.run(network, timed, { expiresAt: performance.now() + MAX_HASHING_WAIT })
        : work();
    const response = await (endpoint.guess === 'address' ? withinGuesses(request, queued, gateway) : queued());
    if (response.status < 500) return response;
    logOutage(undefined, `a request to ${path} was answered with status ${response.status}`);
  } catch (error) {
    if (isUnstarted(error)) {
      webMetrics()?.limited('passwords');
      return errorResponse(429, 'OVERLOADED', 'Accounts are busy right now. Please try again shortly.', {
        'Retry-After': String(gateway.retrySchedule.refused()),
      });
    }
    logOutage(error, `a request to ${path} failed`);
  }
  return errorResponse(503, 'UNAVAILABLE', 'Accounts are not available right now. Please try again shortly.', {
    'Retry-After': '5',
  });
}

/**
 * Answers a request under /api/auth. Rejects unknown endpoints, bodies that are not JSON and bodies that are too large;
 * passes all others to Better Auth and completes its responses. The security log has the event before the response is
 * sent.
 */
export async function handleAuthRequest(request: Request, gateway: AuthGateway): Promise<Response> {
  const path = new URL(request.url).pathname.slice(BASE_PATH.length);
  const endpoint = findEndpoint(request.method, path);
  let requestForLog: Request | null = null;
  let requester: Requester | null = null;
  const respond = async (): Promise<Response> => {
    if (endpoint === undefined) return errorResponse(404, 'NOT_FOUND', 'No such path.');
    const validated = await validateRequest(request, endpoint);
    if (validated instanceof Response) return validated;
    requestForLog = validated.clone();
    const work = async () => {
      // Before the handler deletes the session, which names the user.
      if (endpoint.endsSessions || endpoint.identifiesUser) requester = await gateway.requesterOf(validated.headers);
      return gateway.handler(validated);
    };
    return callBetterAuth(validated.clone(), path, endpoint, work, gateway);
  };
  const response = await respond();
  const sessionsEnded = Number(response.headers.get(SESSIONS_ENDED) ?? 0);
  await gateway.recordEvent({ path, request, requestForLog, response, requester, sessionsEnded });
  const headers = new Headers(response.headers);
  headers.delete(SESSIONS_ENDED);
  headers.delete(SIGNED_IN_USER);
  headers.set('Cache-Control', 'no-store');
  // A page that the browser cached despite its headers would still show the data of the user who signed out.
  if (path === '/sign-out' && response.ok) headers.set('Clear-Site-Data', '"cache"');
  return new Response(response.body, { status: response.status, headers });
}

import { betterAuth } from 'better-auth';
import type { Pool } from 'pg';
import { KeyedSemaphore } from '../../runtime/keyed-semaphore.ts';
import { type WebConfig, webConfig } from '../config.ts';
import { mailMode } from '../mail/mail-mode.ts';
import { createMailQueue } from '../mail/mail-queue.ts';
import { createMailTransport, type TransportOptions } from '../mail/mail-transport.ts';
import { startMailWorker, type WorkerOptions } from '../mail/mail-worker.ts';
import { createAuthPool } from './auth-pool.ts';
import type { AuthGateway } from './auth-gateway.ts';
import { createDeviceCookies, deviceCookieName } from './device-cookie.ts';
import { betterAuthOptions } from './better-auth-options.ts';
import { createGuessLimit } from './guess-limit.ts';
import { mailComposer } from './mail-composer.ts';
import { createAttemptCounter, createRateLimiter } from './rate-limit.ts';
import { RetrySchedule } from './retry-schedule.ts';
import { createSecurityLog } from './security-log.ts';
import { createSigningKeys } from './signing-keys.ts';
import { withOwnRedirects } from './social-sign-in.ts';
import { createTokenIssuer, type IssueToken } from './token-issuer.ts';

/** Requests that hash a password, at a time. */
const HASHING_LIMIT = 8;

/** Creates Better Auth over a database, the access token issuer with its keys, and the gateway that serves /api/auth. */
export function createAuth(config: WebConfig, database: Pool) {
  const keys = createSigningKeys(config.TOKEN_MODE, config.TOKEN_SECRETS);
  const issue: IssueToken = createTokenIssuer({
    keys,
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
    lifetime: config.TOKEN_TTL,
  });
  const counter = createAttemptCounter(database);
  const devices = createDeviceCookies(config.BETTER_AUTH_SECRET);
  const guessLimit = createGuessLimit({
    database,
    counter,
    devices,
    cookieName: deviceCookieName(config.WEB_URL),
    secret: config.BETTER_AUTH_SECRET,
  });
  const mail = createMailQueue(database, mailMode(config));
  const takeAttempt = createRateLimiter(counter);
  const auth = betterAuth(betterAuthOptions(config, database, issue, { devices, guessLimit, mail, takeAttempt }));
  const gateway: AuthGateway = {
    handler: withOwnRedirects(auth.handler, config.WEB_URL),
    recordEvent: createSecurityLog(database),
    takeAttempt,
    guessLimit,
    // A sign-up holds its database connection while it hashes: eight at a time leave most of the pool to users who are
    // signed in. The process hashes 80 passwords a second: the last of 200 waiting requests is answered within 3 s.
    hashingSemaphore: new KeyedSemaphore({ limit: HASHING_LIMIT, maxWaiting: 200 }),
    retrySchedule: new RetrySchedule(HASHING_LIMIT),
    async requesterOf(headers) {
      const session = await auth.api.getSession({ headers, query: { disableCookieCache: true, disableRefresh: true } });
      if (session) return { userId: session.user.id, inSession: true };
      const { userId } = await auth.api.pendingSignIn({ headers });
      return userId === null ? null : { userId, inSession: false };
    },
  };
  return { auth, issue, keys, gateway, guessLimit, devices, mail, takeAttempt };
}

/**
 * Starts to send the mails of the outbox, if mail is on.
 * @returns a function that stops it; resolves when the mails that are being sent have been
 */
export async function startMail(
  config: WebConfig,
  database: Pool,
  transport?: TransportOptions,
  worker?: WorkerOptions,
): Promise<() => Promise<void>> {
  const deliver = createMailTransport(config, transport);
  if (deliver === null) return async () => undefined;
  const { auth, takeAttempt } = createAuth(config, database);
  const { internalAdapter: users } = await auth.$context;
  return startMailWorker(
    { database, deliver, compose: mailComposer({ webUrl: config.WEB_URL, users, takeAttempt }) },
    worker,
  );
}

/** The result of `createAuth`. */
export type AuthServices = ReturnType<typeof createAuth>;

let services: AuthServices | undefined;

/** Returns the services of this process; created on the first call, since `next build` must not connect to a database. */
export function getAuthServices(): AuthServices {
  if (services === undefined) {
    const config = webConfig();
    services = createAuth(config, createAuthPool(config.AUTH_DATABASE_URL));
  }
  return services;
}

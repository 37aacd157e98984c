import { betterAuth } from 'better-auth';
import type { Pool } from 'pg';
import { KeyedSemaphore } from '../../runtime/keyed-semaphore.ts';
import { type WebConfig, webConfig } from '../config.ts';
import { createAuthPool } from './auth-pool.ts';
import type { AuthGateway } from './auth-gateway.ts';
import { betterAuthOptions } from './better-auth-options.ts';
import { createRateLimiter } from './rate-limit.ts';
import { createSecurityLog } from './security-log.ts';
import { createSigningKeys } from './signing-keys.ts';
import { createTokenIssuer, type IssueToken } from './token-issuer.ts';

/** Creates Better Auth over a database, the access token issuer with its keys, and the gateway that serves /api/auth. */
export function createAuth(config: WebConfig, database: Pool) {
  const keys = createSigningKeys(config.TOKEN_MODE, config.TOKEN_SECRETS);
  const issue: IssueToken = createTokenIssuer({
    keys,
    issuer: config.TOKEN_ISSUER,
    audience: config.TOKEN_AUDIENCE,
    lifetime: config.TOKEN_TTL,
  });
  const auth = betterAuth(betterAuthOptions(config, database, issue));
  const gateway: AuthGateway = {
    handler: auth.handler,
    recordEvent: createSecurityLog(database),
    takeAttempt: createRateLimiter(database),
    // A sign-up holds its database connection while it hashes: eight at a time leave most of the pool to users who are
    // signed in. The process hashes 80 passwords a second: the last of 200 waiting requests is answered within 3 s.
    hashingSemaphore: new KeyedSemaphore({ limit: 8, maxWaiting: 200 }),
    async requesterOf(headers) {
      const session = await auth.api.getSession({ headers, query: { disableCookieCache: true, disableRefresh: true } });
      if (session) return { userId: session.user.id, inSession: true };
      const { userId } = await auth.api.pendingSignIn({ headers });
      return userId === null ? null : { userId, inSession: false };
    },
  };
  return { auth, issue, keys, gateway };
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

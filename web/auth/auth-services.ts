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

/** Better Auth over a database, the issuer of the tokens that it hands out with its keys, and the door to both from outside. */
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
    async userIdFor(headers) {
      const session = await auth.api.getSession({ headers, query: { disableCookieCache: true, disableRefresh: true } });
      return session?.user.id ?? null;
    },
  };
  return { auth, issue, keys, gateway };
}

/** What `createAuth` makes. */
export type AuthServices = ReturnType<typeof createAuth>;

let accounts: AuthServices | undefined;

/** The accounts of this process, made when first asked for: `next build` must not reach for a database. */
export function getAuthServices(): AuthServices {
  if (accounts === undefined) {
    const config = webConfig();
    accounts = createAuth(config, createAuthPool(config.AUTH_DATABASE_URL));
  }
  return accounts;
}

import type { BetterAuthOptions } from 'better-auth';
import { isAPIError } from 'better-auth/api';
import { nextCookies } from 'better-auth/next-js';
import { DatabaseError, type Pool } from 'pg';
import type { WebConfig } from '../config.ts';
import { errorFields, log, logOutage } from '../log.ts';
import { accessTokenPlugin } from './access-token-plugin.ts';
import { demoAccount } from './demo-account.ts';
import { passwordChangePlugin } from './password-change-plugin.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { passwordRulesPlugin } from './password-rules-plugin.ts';
import { COOKIE_PREFIX } from './session-cookie.ts';
import { sessionLimit, sessions, USER_AGENT_LIMIT } from './sessions.ts';
import { keptName, signUpPlugin } from './sign-up-plugin.ts';
import type { IssueToken } from './token-issuer.ts';

const DAY = 86_400;

/** PostgreSQL's SQLSTATE 23505. */
const isUniqueViolation = (error: unknown) => error instanceof DatabaseError && error.code === '23505';

/** `Invalid callbackURL: …` and its like repeat what a stranger has sent: any length of anything, secrets among it. */
const withoutValue = (message: string) => message.replace(/^(Invalid [^:]*):[^]*/, '$1');

/** The columns whose names Better Auth would write in camelCase. */
const TIMESTAMP_COLUMNS = { createdAt: 'created_at', updatedAt: 'updated_at' };

/**
 * How Better Auth works here: its tables are those of migrations/, in the schema that `database` searches.
 * @param issue makes the access tokens
 */
export function betterAuthOptions(
  config: Pick<WebConfig, 'WEB_URL' | 'API_URL' | 'BETTER_AUTH_SECRET' | 'PASSWORD_POLICY'>,
  database: Pool,
  issue: IssueToken,
) {
  return {
    appName: 'Fieldgate',
    baseURL: config.WEB_URL,
    secret: config.BETTER_AUTH_SECRET,
    database,
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      // The policy counts characters and has the last word; these count UTF-16 units, and bound what is hashed.
      minPasswordLength: 8,
      maxPasswordLength: 256,
      password: { hash: hashPassword, verify: verifyPassword },
      // So does the database, whoever changes a password and how (migrations/1795219200700).
      revokeSessionsOnPasswordReset: true,
    },
    user: {
      fields: { emailVerified: 'email_verified', ...TIMESTAMP_COLUMNS },
      additionalFields: { role: { type: 'string', required: true, defaultValue: 'USER', input: false } },
    },
    databaseHooks: {
      user: {
        // No picture is shown anywhere; without this a sign-up could leave 60 kB of anything in its place.
        create: { before: async ({ name }) => ({ data: { image: null, name: keptName(name) } }) },
        // However a name comes to be changed: no endpoint for it is offered yet.
        update: { before: async ({ name }) => ({ data: name === undefined ? {} : { name: keptName(name) } }) },
      },
      // A header may have 16 kB: a list of a hundred such sessions would be megabytes.
      session: {
        create: {
          before: async ({ userAgent }) => ({ data: { userAgent: userAgent?.slice(0, USER_AGENT_LIMIT) ?? null } }),
          after: sessionLimit(database),
        },
      },
    },
    session: {
      expiresIn: 7 * DAY,
      updateAge: DAY,
      // A cached session would outlive its revocation.
      cookieCache: { enabled: false },
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        ...TIMESTAMP_COLUMNS,
      },
    },
    account: {
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        ...TIMESTAMP_COLUMNS,
      },
    },
    verification: { fields: { expiresAt: 'expires_at', ...TIMESTAMP_COLUMNS } },
    // Counted before Better Auth is asked (rate-limit.ts): its own counter starts anew only after a quiet window, and
    // only after a request has taken its place in the queue. The table has the columns of its model.
    rateLimit: {
      enabled: false,
      storage: 'database',
      modelName: 'rate_limit',
      fields: { lastRequest: 'last_request' },
    },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: config.WEB_URL.startsWith('https://'),
      // Without joins a sign-in sends one statement more for an address that has an account: its answer would come later
      // by as much.
      database: { generateId: 'uuid', joins: true },
      // serve.ts writes this header itself, with one address that it can vouch for. The address is kept whole: a list of
      // devices with a network in place of it would show one device for all of a home.
      ipAddress: { ipAddressHeaders: ['x-forwarded-for'], ipv6Subnet: 128 },
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
    logger: {
      level: 'error',
      log: (level, message, ...details) => {
        const said = withoutValue(message);
        // The loser of a race for one address is answered (sign-up-rules.ts); it is no fault.
        if (isUniqueViolation(details[0])) log.debug(errorFields(details[0]), said);
        else if (level === 'error') logOutage(details[0], said);
        else log[level](details.length > 0 ? errorFields(details[0]) : {}, said);
      },
    },
    onAPIError: {
      // A refusal is an answer and no fault: Better Auth would write each of them to the console.
      onError: (error) => {
        if (!isAPIError(error)) logOutage(error, 'an account request failed');
      },
    },
    // nextCookies() comes last: it copies the cookies that the others have set.
    plugins: [
      demoAccount(config),
      passwordRulesPlugin(config.PASSWORD_POLICY),
      signUpPlugin(),
      passwordChangePlugin(),
      accessTokenPlugin(issue),
      sessions(),
      nextCookies(),
    ],
  } satisfies BetterAuthOptions;
}

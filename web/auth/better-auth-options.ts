import type { BetterAuthOptions } from 'better-auth';
import { isAPIError } from 'better-auth/api';
import { nextCookies } from 'better-auth/next-js';
import { DatabaseError, type Pool } from 'pg';
import { USER_AGENT_LIMIT } from '../../runtime/http/request-client.ts';
import type { ExposureSettings } from '../../runtime/settings.ts';
import type { WebConfig } from '../config.ts';
import { errorFields, log, logOutage } from '../log.ts';
import type { MailQueue } from '../mail/mail-queue.ts';
import { accessTokenPlugin } from './access-token-plugin.ts';
import { accountDataPlugin, deleteAccount } from './account-data-plugin.ts';
import { banPlugin, rejectBanned } from './ban-plugin.ts';
import { demoAccount } from './demo-account-plugin.ts';
import type { DeviceCookies } from './device-cookie.ts';
import { deviceCookiePlugin } from './device-cookie-plugin.ts';
import type { GuessLimit } from './guess-limit.ts';
import { guessLimitPlugin } from './guess-limit-plugin.ts';
import { MAIL_LIMIT, mailCountKey, mailPlugin } from './mail-plugin.ts';
import { passwordChangePlugin } from './password-change-plugin.ts';
import { passkeyRules, passkeys } from './passkey-plugin.ts';
import { hashPassword, verifyPassword } from './password-hash.ts';
import { passwordRulesPlugin } from './password-rules-plugin.ts';
import { passwordReset } from './password-reset.ts';
import type { TakeAttempt } from './rate-limit.ts';
import { secondFactor, secondFactorRules } from './second-factor-plugin.ts';
import { COOKIE_PREFIX } from './session-cookie.ts';
import { withPreparedReads } from './prepared-reads.ts';
import { sessionLimit, sessions } from './sessions.ts';
import { recordProviderEvent } from './provider-events.ts';
import { builtInProviders, socialSignIn, withoutTokens } from './social-sign-in.ts';
import { validName, signUpPlugin } from './sign-up-plugin.ts';
import { stepUp } from './step-up-plugin.ts';
import type { IssueToken } from './token-issuer.ts';
import { isUniqueViolation } from './unique-violation.ts';
import { unlinkProviderPlugin } from './unlink-provider-plugin.ts';

const DAY = 86_400;
const TEN_MINUTES = 600;

/** When an administrator banned a user (ban-plugin.ts). */
const BANNED_AT = {
  type: 'date',
  required: false,
  input: false,
  returned: false,
  fieldName: 'banned_at',
} as const;

/** When the user of a session last authenticated in it: by sign-in or step-up. */
const AUTHENTICATED_AT = { type: 'date', required: true, input: false, fieldName: 'authenticated_at' } as const;

/** Whether a passkey was not accepted: the client's error, which Better Auth logs as one of the server. */
const isRejectedPasskey = (message: string, error: unknown) =>
  /^Failed to verify (registration|authentication)$/.test(message) && !(error instanceof DatabaseError);

/** Messages such as `Invalid callbackURL: …` repeat a value of the request: of any length, and possibly a secret. */
const withoutValue = (message: string) => message.replace(/^(Invalid [^:]*):[^]*/, '$1');

/** What Better Auth reports as an error and is one of the request: the security log has it, with its code and address. */
const REQUEST_ERRORS = new RegExp(
  [
    'Invalid (origin|\\w+URL)',
    'Blocked cross-site navigation',
    // Of a callback that no sign-in of this browser awaits.
    'State not found|Failed to parse state|INVALID_CALLBACK_REQUEST|OAuth issuer mismatch',
    // Of a provider's account that may not sign in here.
    'account_not_linked|Unable to link account - untrusted provider|Provider "[^"]*" did not return an email',
  ]
    .map((pattern) => `^(${pattern})`)
    .join('|'),
);

/** Column names for properties that Better Auth would store in camelCase. */
const TIMESTAMP_COLUMNS = { createdAt: 'created_at', updatedAt: 'updated_at' };

/** What the options need of the other services of accounts. */
export interface AccountServices {
  /** The browsers that are exempt from the limit on the guesses of strangers. */
  readonly devices: DeviceCookies;
  /** Limits guesses at accounts. */
  readonly guessLimit: GuessLimit;
  readonly mail: MailQueue;
  /** Counts requests for mails. */
  readonly takeAttempt: TakeAttempt;
}

/**
 * Returns Better Auth's options. Its tables come from migrations/, in the schema on `database`'s search path.
 * @param issue issues the access tokens
 */
export function betterAuthOptions(
  config: Pick<WebConfig, keyof ExposureSettings | 'BETTER_AUTH_SECRET' | 'PASSWORD_POLICY'> &
    Partial<Pick<WebConfig, 'OAUTH_PROVIDERS'>>,
  database: Pool,
  issue: IssueToken,
  { devices, guessLimit, mail, takeAttempt }: AccountServices,
) {
  const { OAUTH_PROVIDERS: providers = [] } = config;
  const recordSignUp = recordProviderEvent.signUp(database);
  return {
    appName: 'Fieldgate',
    baseURL: config.WEB_URL,
    secret: config.BETTER_AUTH_SECRET,
    database: withPreparedReads(database),
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      // The password policy decides, and counts code points; these limits count UTF-16 units, and bound what is hashed.
      minPasswordLength: 8,
      maxPasswordLength: 256,
      password: { hash: hashPassword, verify: verifyPassword },
      // The database does so too, for every change of a password (migrations/1795219200700).
      revokeSessionsOnPasswordReset: true,
      onPasswordReset: passwordReset(database, mail),
    },
    socialProviders: builtInProviders(providers),
    user: {
      fields: { emailVerified: 'email_verified', ...TIMESTAMP_COLUMNS },
      additionalFields: {
        role: { type: 'string', required: true, defaultValue: 'USER', input: false },
        bannedAt: BANNED_AT,
      },
      deleteUser: { enabled: true, beforeDelete: deleteAccount(database) },
    },
    databaseHooks: {
      user: {
        // Pictures are not used; without this a sign-up could store 60 kB of arbitrary data as one.
        create: {
          before: async ({ name }) => ({ data: { image: null, name: validName(name) } }),
          after: async (user, ctx) => {
            await recordSignUp(user, ctx);
            if (user.emailVerified || !mail.enabled) return;
            // Who signs up and deletes the account again and again must not fill a mailbox.
            const key = `mail ${mailCountKey(config.BETTER_AUTH_SECRET, 'sign-up', user.email)}`;
            if ((await takeAttempt(key, MAIL_LIMIT)) === null) await mail.queueMail('VERIFY_EMAIL', user.id);
          },
        },
        update: { before: async ({ name }) => ({ data: name === undefined ? {} : { name: validName(name) } }) },
      },
      account: {
        create: {
          before: async (account) => ({ data: withoutTokens(account) }),
          after: recordProviderEvent.linked(database),
        },
        update: { before: async (account) => ({ data: withoutTokens(account) }) },
      },
      // A User-Agent header can have 16 kB: a list of a hundred such sessions would have megabytes.
      session: {
        create: {
          before: async ({ userId, userAgent, authenticatedAt }, ctx) => {
            await rejectBanned(userId, ctx);
            return {
              data: {
                userAgent: userAgent?.slice(0, USER_AGENT_LIMIT) ?? null,
                // A session that replaces another one, as when the second factor is enabled, keeps its time.
                authenticatedAt: authenticatedAt ?? new Date(),
              },
            };
          },
          after: sessionLimit(database),
        },
      },
    },
    session: {
      expiresIn: 7 * DAY,
      // How exact the last use is that the list of devices shows: the row is written at most this often.
      updateAge: TEN_MINUTES,
      // Better Auth's own check of the age, by creation, is replaced: see `maxAge` in endpoints.ts.
      freshAge: 0,
      additionalFields: { authenticatedAt: AUTHENTICATED_AT },
      // A cached session would stay valid after its revocation.
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
      // In an encrypted cookie: the table would hold the code verifier.
      storeStateStrategy: 'cookie',
      updateAccountOnSignIn: false,
      // A provider's account is linked to an existing one if both have verified the address; no provider is exempt.
      accountLinking: { enabled: true, trustedProviders: [], requireLocalEmailVerified: true },
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
    verification: {
      // Who reads the table, or a backup of it, gets no link.
      storeIdentifier: 'hashed',
      fields: { expiresAt: 'expires_at', ...TIMESTAMP_COLUMNS },
    },
    // The gateway limits requests before Better Auth runs (rate-limit.ts). Better Auth's own counter restarts only after
    // a window without requests, and would count only after the hashing queue. The table has the columns of its model.
    rateLimit: {
      enabled: false,
      storage: 'database',
      modelName: 'rate_limit',
      fields: { lastRequest: 'last_request' },
    },
    advanced: {
      cookiePrefix: COOKIE_PREFIX,
      useSecureCookies: config.WEB_URL.startsWith('https://'),
      // Without joins a sign-in with a known address sends one more statement: response times would reveal accounts.
      database: { generateId: 'uuid', joins: true },
      // serve.ts sets this header to one verified address. The full IPv6 address is stored: with networks, a list of
      // devices would show one device for a whole home.
      ipAddress: { ipAddressHeaders: ['x-forwarded-for'], ipv6Subnet: 128 },
      disableOriginCheck: false,
      disableCSRFCheck: false,
    },
    logger: {
      level: 'error',
      log: (level, message, ...details) => {
        const text = withoutValue(message);
        // Two concurrent sign-ups with one address, answered by sign-up-plugin.ts, and passkeys that are not accepted.
        if (isUniqueViolation(details[0]) || isRejectedPasskey(text, details[0]))
          log.debug(errorFields(details[0]), text);
        else if (REQUEST_ERRORS.test(text)) log.debug(text);
        else if (level === 'error') logOutage(details[0], text);
        else log[level](details.length > 0 ? errorFields(details[0]) : {}, text);
      },
    },
    onAPIError: {
      errorURL: `${config.WEB_URL}/sign-in`,
      // Rejected requests are expected; by default Better Auth would print each to the console.
      onError: (error) => {
        if (!isAPIError(error)) logOutage(error, 'an account request failed');
      },
    },
    // nextCookies() must be last: it copies the cookies that the other plugins set.
    plugins: [
      demoAccount(config),
      socialSignIn(providers),
      unlinkProviderPlugin(
        database,
        providers.map(({ id }) => id),
      ),
      passwordRulesPlugin(config.PASSWORD_POLICY),
      signUpPlugin(),
      mailPlugin({ database, mail, takeAttempt, secret: config.BETTER_AUTH_SECRET }),
      // Before the limit on guesses: what needs a step-up first has guessed at nothing.
      stepUp({ issue, origin: config.WEB_URL }),
      guessLimitPlugin(guessLimit),
      passwordChangePlugin(),
      secondFactorRules(config.BETTER_AUTH_SECRET),
      secondFactor(config.BETTER_AUTH_SECRET),
      passkeyRules(),
      passkeys(config.WEB_URL),
      accessTokenPlugin(issue),
      // After twoFactor() and all that can refuse a session: see deviceCookiePlugin.
      deviceCookiePlugin(devices, mail),
      sessions(),
      accountDataPlugin(),
      banPlugin(database),
      nextCookies(),
    ],
  } satisfies BetterAuthOptions;
}

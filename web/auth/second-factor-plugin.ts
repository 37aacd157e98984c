import { createHmac } from 'node:crypto';
import type { BetterAuthPlugin, HookEndpointContext } from 'better-auth';
import { APIError, createAuthEndpoint, createAuthMiddleware, isAPIError } from 'better-auth/api';
import { twoFactor } from 'better-auth/plugins';
import { readLiveSession } from './live-session.ts';
import { pendingUserId } from './pending-sign-in.ts';
import { secondFactorPath } from './return-target.ts';
import { findTwoFactor, TOTP, useCode } from './totp.ts';
import { isUniqueViolation } from './unique-violation.ts';

/** Seconds until a sign-in that waits for the second factor has to start again. */
const PENDING_LIFETIME = 600;

/** What a hash of a backup code starts with. Better Auth's codes have no colon. */
const HASH_PREFIX = 'hmac-sha256:';

const hashBackupCode = (secret: string, code: string): string =>
  HASH_PREFIX + createHmac('sha256', secret).update(`backup code ${code}`).digest('base64url');

/**
 * Creates Better Auth's second factor: an authenticator app (TOTP) and backup codes. Better Auth encrypts the secret of
 * the app. Backup codes are stored as HMACs: the `encrypt` and `decrypt` functions below see the list of codes after
 * each use too, in which they are hashed already; `secondFactorRules` hashes the code of a request.
 * @param secret BETTER_AUTH_SECRET
 */
export function secondFactor(secret: string) {
  const plugin = twoFactor({
    issuer: 'Fieldgate',
    twoFactorCookieMaxAge: PENDING_LIFETIME,
    // A recent authentication replaces the password in the body, see step-up-plugin.ts.
    allowPasswordless: true,
    totpOptions: TOTP,
    // Better Auth's lock keeps the owner out for failures of a stranger who knows the password; ours is guess-limit-plugin.ts.
    accountLockout: { enabled: false },
    backupCodeOptions: {
      storeBackupCodes: {
        encrypt: async (json) => {
          const codes: string[] = JSON.parse(json);
          return JSON.stringify(
            codes.map((code) => (code.startsWith(HASH_PREFIX) ? code : hashBackupCode(secret, code))),
          );
        },
        decrypt: async (json) => json,
      },
    },
    schema: {
      user: { fields: { twoFactorEnabled: 'two_factor_enabled' } },
      twoFactor: {
        modelName: 'two_factor',
        fields: {
          backupCodes: 'backup_codes',
          userId: 'user_id',
          failedVerificationCount: 'failed_verification_count',
          lockedUntil: 'locked_until',
        },
      },
    },
  });
  // Better Auth asks after a password only: without this, a thief of the account at a provider would get in.
  const afterCallback = plugin.hooks.after.map(({ handler }) => ({ matcher: isCallback, handler }));
  const { enableTwoFactor } = plugin.endpoints;
  return {
    ...plugin,
    endpoints: { ...plugin.endpoints, enableTwoFactor: repeatedOnce(enableTwoFactor) },
    hooks: {
      after: [...plugin.hooks.after, ...afterCallback, { matcher: isCallback, handler: redirectToSecondFactor }],
    },
  };
}

/**
 * Returns an endpoint that runs once more after a unique violation. Better Auth reads the row of the user, and inserts it
 * if there is none: of several requests at once, all but one would fail. In the second run they find the row.
 */
function repeatedOnce<Endpoint extends (...inputs: never[]) => Promise<unknown>>(endpoint: Endpoint): Endpoint {
  const run = (...inputs: never[]) =>
    endpoint(...inputs).catch((error: unknown) => {
      if (isUniqueViolation(error)) return endpoint(...inputs);
      throw error;
    });
  // With the endpoint's own properties: path and options.
  return Object.assign(run, endpoint);
}

const isCallback = ({ path }: HookEndpointContext) => path === '/callback/:id';

/** Turns the JSON that says that the second factor is missing into a redirect, which the callback of a provider needs. */
const redirectToSecondFactor = createAuthMiddleware(async (ctx) => {
  const { returned, responseHeaders } = ctx.context;
  if (isAPIError(returned)) return;
  throw ctx.redirect(secondFactorPath(responseHeaders?.get('location') ?? null));
});

const isVerification = (path: string | undefined) =>
  path === '/two-factor/verify-totp' || path === '/two-factor/verify-backup-code';

/** Better Auth's error for a wrong code, with the same bytes. */
const wrongCode = () => new APIError('UNAUTHORIZED', { message: 'Invalid code', code: 'INVALID_CODE' });

/** Better Auth's error without a sign-in that waits for the second factor. */
const noPendingSignIn = () =>
  new APIError('UNAUTHORIZED', { message: 'Invalid two factor cookie', code: 'INVALID_TWO_FACTOR_COOKIE' });

/**
 * Adds to Better Auth's checks of codes: single use of TOTP codes, and hashed backup codes. No check trusts the device
 * for later sign-ins. Put it before `secondFactor`.
 */
export function secondFactorRules(secret: string) {
  return {
    id: 'second-factor-rules',
    schema: {
      twoFactor: {
        fields: {
          lastUsedStep: {
            type: 'number',
            required: true,
            defaultValue: 0,
            input: false,
            returned: false,
            fieldName: 'last_used_step',
          },
        },
      },
    },
    endpoints: {
      /** Returns the user of the sign-in that waits for a second factor, for the security log. */
      pendingSignIn: createAuthEndpoint.serverOnly({ method: 'GET', requireHeaders: true }, async (ctx) => ({
        userId: await pendingUserId(ctx),
      })),
    },
    hooks: {
      before: [
        {
          matcher: ({ path }) => isVerification(path),
          handler: createAuthMiddleware(async (ctx) => {
            const session = await readLiveSession(ctx);
            const userId = session?.user.id ?? (await pendingUserId(ctx));
            const code: unknown = ctx.body?.code;
            // Better Auth rejects it.
            if (typeof code !== 'string') return;
            // Better Auth would look up what another signed cookie in this one's place names, and fail.
            if (userId === null) throw noPendingSignIn();
            const isTotp = ctx.path === '/two-factor/verify-totp';
            const row = await findTwoFactor(ctx, userId);
            // In a session, a code confirms a new app, and nothing else: step-up-plugin.ts checks later ones.
            if (session && (!isTotp || row?.verified !== false))
              throw new APIError('BAD_REQUEST', {
                code: 'NO_PENDING_SECOND_FACTOR',
                message: 'There is no second factor to confirm. Set one up first.',
              });
            if (isTotp && row && (await useCode(ctx, row, code)) === 'used') throw wrongCode();
            return {
              context: {
                body: {
                  code: isTotp ? code : hashBackupCode(secret, code.trim()),
                  trustDevice: false,
                  ...(!isTotp && { disableSession: false }),
                },
              },
            };
          }),
        },
        {
          matcher: ({ path }) => path === '/two-factor/disable',
          handler: createAuthMiddleware(async (ctx) => {
            const userId = ctx.context.session?.user.id;
            if (userId === undefined || (await findTwoFactor(ctx, userId)) !== null) return;
            throw new APIError('BAD_REQUEST', {
              code: 'TWO_FACTOR_NOT_ENABLED',
              message: 'The account has no second factor to disable.',
            });
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}

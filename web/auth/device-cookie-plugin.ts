import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth';
import { createAuthMiddleware, isAPIError } from 'better-auth/api';
import type { MailQueue } from '../mail/mail-queue.ts';
import { DEVICE_COOKIE_MAX_AGE, type DeviceCookies, type DeviceKind, parseDeviceCookie } from './device-cookie.ts';
import { AUTH_ENDPOINTS } from './endpoints.ts';
import type { Compared } from './password-change-plugin.ts';

/** The user whose password a request resets, in the request's context. */
type Resetting = { readonly resetUserId?: string };

/**
 * Sets the device cookie: the browser is known for the account until its password changes.
 * @param kind `device` only after full authentication, with the second factor if the account has one
 * @returns whether the browser was known for the account before
 */
export async function setDeviceCookie(
  ctx: GenericEndpointContext,
  devices: DeviceCookies,
  kind: DeviceKind,
  userId: string,
): Promise<boolean> {
  const { name, attributes } = ctx.context.createAuthCookie('device', { maxAge: DEVICE_COOKIE_MAX_AGE });
  const { internalAdapter, compared } = ctx.context as typeof ctx.context & Compared;
  // After a sign-in that of its password, which may have changed since: the entry is void then.
  const passwordHash = compared?.hash ?? (await internalAdapter.findCredentialAccount(userId))?.password ?? null;
  const account = { userId, passwordHash };
  const cookie = ctx.getCookie(name) ?? undefined;
  ctx.setCookie(name, devices.issue(kind, account, cookie), attributes);
  return parseDeviceCookie(cookie).some((entry) => devices.isValid(entry, account));
}

/** Whether a path's success authenticates a user; that of a provider's callback is a redirect. */
function authenticates(path: string | undefined): boolean {
  const endpoint = AUTH_ENDPOINTS.get(path ?? '');
  return endpoint?.issuesToken === true || endpoint?.redirects === true;
}

/** Whether a path signs a user in who has an account: sign-up and changes of the account are no sign-ins. */
function isSignIn(path: string | undefined): boolean {
  const event = AUTH_ENDPOINTS.get(path ?? '')?.event;
  return event === 'SIGN_IN' || event === 'SECOND_FACTOR_CHECKED';
}

/**
 * Makes a browser known for an account after each full authentication, and for an hour after a password reset by mail: an
 * owner who has no known browser is let in although strangers have used up the guesses. A sign-in on a browser that was
 * not known sends the user a notice by mail.
 *
 * An endpoint that issues tokens, or a provider's callback, has authenticated its user fully if it leaves a new session.
 * So this plugin must come after twoFactor(), which takes the session of a sign-in back while the second factor is
 * missing.
 */
export function deviceCookiePlugin(devices: DeviceCookies, mail: Pick<MailQueue, 'queueMail'>) {
  return {
    id: 'device-cookie',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/reset-password',
          // The endpoint consumes the token, which alone says whose password it resets.
          handler: createAuthMiddleware(async (ctx) => {
            const token: unknown = ctx.body?.token ?? ctx.query?.token;
            if (typeof token !== 'string' || !token.isWellFormed() || token.includes('\0')) return;
            const found = await ctx.context.internalAdapter.findVerificationValue(`reset-password:${token}`);
            return { context: { context: { ...ctx.context, resetUserId: found?.value } } };
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => authenticates(path),
          handler: createAuthMiddleware(async (ctx) => {
            const { newSession, returned } = ctx.context;
            const failed = isAPIError(returned) && returned.statusCode >= 400;
            if (!newSession || failed) return;
            const wasKnown = await setDeviceCookie(ctx, devices, 'device', newSession.user.id);
            if (!wasKnown && isSignIn(ctx.path)) await mail.queueMail('NEW_DEVICE', newSession.user.id);
          }),
        },
        {
          matcher: ({ path }) => path === '/reset-password',
          handler: createAuthMiddleware(async (ctx) => {
            const { resetUserId, returned } = ctx.context as typeof ctx.context & Resetting;
            if (resetUserId !== undefined && !isAPIError(returned))
              await setDeviceCookie(ctx, devices, 'reset', resetUserId);
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}

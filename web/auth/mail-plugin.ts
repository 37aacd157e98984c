import { createHmac } from 'node:crypto';
import type { BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthEndpoint, createAuthMiddleware, isAPIError } from 'better-auth/api';
import type { Pool } from 'pg';
import { z } from 'zod';
import { clientOf } from '../../runtime/http/request-client.ts';
import type { MailQueue } from '../mail/mail-queue.ts';
import { liveSession } from './live-session.ts';
import type { RateLimit, TakeAttempt } from './rate-limit.ts';
import { recordChange } from './security-log.ts';
import { isUniqueViolation } from './unique-violation.ts';

/** The most requests for mails from one account, and to one address: for each purpose. */
export const MAIL_LIMIT: RateLimit = { most: 5, window: 3_600_000 };

/** RFC 5321 §4.5.3.1, as at sign-up. */
const email = z.email().max(254).toLowerCase();
const POST = { method: 'POST', requireHeaders: true } as const;

/** The endpoints that serve no purpose without mail. */
const MAIL_PATHS = [
  '/request-password-reset',
  '/reset-password',
  '/send-verification-email',
  '/verify-email',
  '/change-email',
];

/** The endpoints that change the second factor or the passkeys of the session's user. */
const SECOND_FACTOR_PATHS = [
  '/two-factor/verify-totp',
  '/two-factor/generate-backup-codes',
  '/two-factor/disable',
  '/passkey/verify-registration',
  '/passkey/delete-passkey',
];

const invalidLink = () =>
  new APIError('BAD_REQUEST', {
    code: 'INVALID_TOKEN',
    message: 'This link is not valid any more: it was used, or it is too old. Ask for a new one.',
  });

const emailTaken = () =>
  new APIError('UNPROCESSABLE_ENTITY', {
    code: 'EMAIL_TAKEN',
    message: 'Another account has this e-mail address now. Yours was not changed.',
  });

/**
 * Returns the key under which mails to an address count. Each purpose counts apart: requests for other mails, which may
 * send none, must not keep the owner of an address from a reset. The table of counters has no addresses.
 */
export function mailCountKey(
  secret: string,
  purpose: 'sign-up' | 'reset' | 'verify' | 'change',
  address: string,
): string {
  return `to ${createHmac('sha256', secret).update(`${purpose} mail to ${address}`).digest('hex')}`;
}

/** What the endpoints need. */
export interface MailPluginOptions {
  /** Has the security log. */
  readonly database: Pick<Pool, 'query'>;
  readonly mail: MailQueue;
  readonly takeAttempt: TakeAttempt;
  /** The key of `mailCountKey`. */
  readonly secret: string;
}

/**
 * Replaces Better Auth's endpoints that send mails; `/reset-password` is its own. Its versions find the user and make
 * the token while the client waits, and their tokens to verify an address are signed, not stored: they work more than
 * once, outlive a change of the password, sign the user in without a second factor, and are used up by programs that
 * open the links of a mail. See docs/decisions/042.
 */
export function mailPlugin({ database, mail, takeAttempt, secret }: MailPluginOptions) {
  /** @throws {APIError} 429, for known and unknown addresses alike */
  async function limit(key: string): Promise<void> {
    const seconds = await takeAttempt(`mail ${key}`, MAIL_LIMIT);
    if (seconds === null) return;
    throw new APIError(
      'TOO_MANY_REQUESTS',
      { code: 'TOO_MANY_REQUESTS', message: 'Too many mails were asked for. Please try again later.' },
      { 'Retry-After': String(seconds) },
    );
  }

  return {
    id: 'mail',
    endpoints: {
      // The same work for every address: one counter, one row. The worker finds out whether there is an account.
      requestPasswordReset: createAuthEndpoint(
        '/request-password-reset',
        { ...POST, body: z.object({ email }) },
        async (ctx) => {
          await limit(mailCountKey(secret, 'reset', ctx.body.email));
          await mail.add('RESET_PASSWORD', { address: ctx.body.email });
          return ctx.json({ status: true });
        },
      ),
      sendVerificationEmail: createAuthEndpoint(
        '/send-verification-email',
        { ...POST, use: [liveSession], body: z.object({}).optional() },
        async (ctx) => {
          const { user } = ctx.context.session;
          if (user.emailVerified)
            throw new APIError('BAD_REQUEST', {
              code: 'EMAIL_ALREADY_VERIFIED',
              message: 'Your e-mail address is confirmed already.',
            });
          await limit(user.id);
          await limit(mailCountKey(secret, 'verify', user.email));
          await mail.add('VERIFY_EMAIL', { userId: user.id });
          return ctx.json({ status: true });
        },
      ),
      // Needs the session of the account. Otherwise an attacker could sign up with another person's address, or change
      // to it, and that person, by opening the link, would confirm an account whose password the attacker has.
      verifyEmail: createAuthEndpoint(
        '/verify-email',
        { ...POST, use: [liveSession], body: z.object({ token: z.string().regex(/^\w{1,100}$/) }) },
        async (ctx) => {
          const { user } = ctx.context.session;
          const { internalAdapter } = ctx.context;
          const identifier = `verify-email:${ctx.body.token}`;
          const found = await internalAdapter.findVerificationValue(identifier);
          if (!found) throw invalidLink();
          const [userId, address = ''] = found.value.split(' ');
          if (userId !== user.id)
            throw new APIError('FORBIDDEN', {
              code: 'LINK_OF_ANOTHER_ACCOUNT',
              message: 'This link belongs to another account. Sign in to that account, and open the link again.',
            });
          if (!(await internalAdapter.consumeVerificationValue(identifier))) throw invalidLink();
          try {
            // The trigger rename_sessions revokes tokens with the former address; the session goes on.
            await internalAdapter.updateUser(user.id, { email: address, emailVerified: true });
          } catch (error) {
            if (isUniqueViolation(error)) throw emailTaken();
            throw error;
          }
          if (address !== user.email) {
            await recordChange(database, 'EMAIL_CHANGED', user.id, clientOf(ctx.headers));
            await mail.add('EMAIL_CHANGED', { userId: user.id, address: user.email }).catch(() => undefined);
          }
          return ctx.json({ status: true, email: address });
        },
      ),
      // The same answer whether or not another account has the new address.
      changeEmail: createAuthEndpoint(
        '/change-email',
        { ...POST, use: [liveSession], body: z.object({ newEmail: email }) },
        async (ctx) => {
          const { user } = ctx.context.session;
          const { newEmail } = ctx.body;
          await limit(user.id);
          if (newEmail === user.email)
            throw new APIError('BAD_REQUEST', {
              code: 'EMAIL_UNCHANGED',
              message: 'This is your e-mail address already.',
            });
          await limit(mailCountKey(secret, 'change', newEmail));
          // First, and to the present address, which another one may have replaced by the time the notice is sent.
          await mail.add('EMAIL_CHANGE_REQUESTED', { userId: user.id, address: user.email });
          await mail.add('CONFIRM_NEW_EMAIL', { userId: user.id, address: newEmail });
          return ctx.json({ status: true });
        },
      ),
    },
    hooks: {
      before: [
        {
          matcher: ({ path }) => !mail.enabled && MAIL_PATHS.includes(path ?? ''),
          handler: createAuthMiddleware(async () => {
            throw new APIError('BAD_REQUEST', {
              code: 'MAIL_DISABLED',
              message: 'This site sends no mail. Please ask its operator.',
            });
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => path === '/change-password',
          handler: createAuthMiddleware(async (ctx) => {
            const { newSession, returned } = ctx.context;
            if (newSession && !isAPIError(returned)) await mail.queueMail('PASSWORD_CHANGED', newSession.user.id);
          }),
        },
        {
          matcher: ({ path }) => SECOND_FACTOR_PATHS.includes(path ?? ''),
          handler: createAuthMiddleware(async (ctx) => {
            const { session, newSession, returned } = ctx.context;
            // Without a session, a code completes a sign-in, and changes nothing.
            if (session && !isAPIError(returned))
              await mail.queueMail('SECOND_FACTOR_CHANGED', newSession?.user.id ?? session.user.id);
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}

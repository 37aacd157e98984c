import { passkey } from '@better-auth/passkey';
import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { z } from 'zod';
import { validName } from './sign-up-plugin.ts';

/** The most passkeys of one account. */
export const PASSKEY_LIMIT = 20;

/** The cookie with the id of a challenge, without the prefix of all cookies. */
const CHALLENGE_COOKIE = 'passkey_challenge';

/**
 * Returns the id of a request's challenge; null without one. All signed cookies have the same key: the value of another
 * one, which would lead to something else than a challenge, is not returned.
 */
export async function challengeId(ctx: GenericEndpointContext): Promise<string | null> {
  const { name } = ctx.context.createAuthCookie(CHALLENGE_COOKIE);
  const id = await ctx.getSignedCookie(name, ctx.context.secret);
  return id && /^[\w-]{32}$/.test(id) ? id : null;
}

/** The id of a passkey (WebAuthn Level 3 §5.1): base64url, of at most 1,023 bytes. */
export const credentialId = z.string().regex(/^[A-Za-z0-9_-]{1,1364}$/);

/** What an authenticator returns. */
const AUTHENTICATOR_RESPONSE = z.object({ id: credentialId });

const invalid = (code: string, message: string) => new APIError('BAD_REQUEST', { code, message });

const notVerified = () =>
  invalid('USER_NOT_VERIFIED', 'The authenticator did not ask for a PIN, a fingerprint or a face. Please use another.');

/**
 * Creates Better Auth's passkeys. A passkey replaces password and second factor, so each use must be confirmed on the
 * authenticator with a PIN or biometrics ("user verification").
 * @param origin the web app's origin
 */
export function passkeys(origin: string) {
  return passkey({
    rpName: 'Fieldgate',
    origin,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    advanced: { webAuthnChallengeCookie: CHALLENGE_COOKIE },
    registration: {
      afterVerification: ({ verification }) => {
        if (!verification.registrationInfo?.userVerified) throw notVerified();
      },
    },
    authentication: {
      afterVerification: ({ verification }) => {
        if (!verification.authenticationInfo.userVerified) throw notVerified();
      },
    },
    schema: {
      passkey: {
        fields: {
          publicKey: 'public_key',
          userId: 'user_id',
          credentialID: 'credential_id',
          deviceType: 'device_type',
          backedUp: 'backed_up',
          createdAt: 'created_at',
        },
      },
    },
  });
}

/**
 * Checks what Better Auth passes to the database unchecked (ids, names), limits the number of passkeys, and answers a
 * rejected registration with 400: Better Auth answers 500. Put it before `passkeys`.
 */
export function passkeyRules() {
  return {
    id: 'passkey-rules',
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/passkey/verify-authentication' || path === '/passkey/verify-registration',
          handler: createAuthMiddleware(async (ctx) => {
            if (!AUTHENTICATOR_RESPONSE.safeParse(ctx.body?.response).success)
              throw invalid('VALIDATION_ERROR', 'Invalid `response`: send what the authenticator returned.');
            if ((await challengeId(ctx)) === null) throw invalid('CHALLENGE_NOT_FOUND', 'Challenge not found');
          }),
        },
        {
          matcher: ({ path }) => path === '/passkey/verify-registration',
          handler: createAuthMiddleware(async (ctx) => {
            const userId = ctx.context.session?.user.id;
            const where = [{ field: 'userId', value: userId ?? null }];
            if ((await ctx.context.adapter.count({ model: 'passkey', where })) >= PASSKEY_LIMIT)
              throw invalid('TOO_MANY_PASSKEYS', `An account has at most ${PASSKEY_LIMIT} passkeys. Remove one first.`);
            return {
              context: { body: { name: validName(String(ctx.body?.name ?? 'Passkey')), createSession: false } },
            };
          }),
        },
        {
          matcher: ({ path }) => path === '/passkey/update-passkey' || path === '/passkey/delete-passkey',
          handler: createAuthMiddleware(async ({ body, path }) => {
            if (!z.uuid().safeParse(body?.id).success)
              throw invalid('PASSKEY_NOT_FOUND', 'This passkey does not exist. Reload the page to see the list.');
            return path === '/passkey/update-passkey'
              ? { context: { body: { name: validName(String(body.name ?? '')) } } }
              : undefined;
          }),
        },
      ],
    },
    // An `after` hook cannot change the status of an error.
    onResponse: async (response) => {
      if (response.status !== 500) return;
      const { code } = (await response.clone().json()) as { code?: unknown };
      if (code !== 'FAILED_TO_VERIFY_REGISTRATION') return;
      return { response: new Response(response.body, { status: 400, headers: response.headers }) };
    },
  } satisfies BetterAuthPlugin;
}

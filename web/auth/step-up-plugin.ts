import { verifyAuthenticationResponse } from '@simplewebauthn/server';
import type { BetterAuthPlugin, GenericEndpointContext } from 'better-auth';
import { APIError, createAuthEndpoint, createAuthMiddleware } from 'better-auth/api';
import { z } from 'zod';
import { readSubject } from './access-token-plugin.ts';
import { AUTH_ENDPOINTS } from './endpoints.ts';
import { liveSession, type LiveSession, readLiveSession, sessionEndedError } from './live-session.ts';
import { challengeId, credentialId } from './passkey-plugin.ts';
import type { IssueToken } from './token-issuer.ts';
import { findTwoFactor, useCode } from './totp.ts';

const maxAgeOf = (path: string | undefined) => AUTH_ENDPOINTS.get(path ?? '')?.maxAge;

/** Endpoints at which Better Auth asks for the password of an account that has one. */
const ASKS_FOR_PASSWORD = ['/two-factor/enable', '/two-factor/disable', '/two-factor/generate-backup-codes'];

const POST = { method: 'POST', requireHeaders: true } as const;

const rejected = (code: string, message: string) => new APIError('BAD_REQUEST', { code, message });

/** Returns the error for a session whose last authentication is too old; as the API's error of the same code. */
const stepUpRequired = (maxAge: number) =>
  new APIError('FORBIDDEN', { code: 'STEP_UP_REQUIRED', message: 'Sign in again to use this.', maxAge });

/** Seconds since the user of a session last authenticated in it. */
const ageOf = ({ session }: LiveSession): number =>
  session.authenticatedAt instanceof Date
    ? (Date.now() - session.authenticatedAt.getTime()) / 1_000
    : Number.POSITIVE_INFINITY;

const isPasskeyChallenge = z.object({
  type: z.literal('authentication'),
  expectedChallenge: z.string(),
  userData: z.object({ id: z.string() }),
});

/** A row of `auth.passkey`. */
interface PasskeyRow {
  readonly id: string;
  readonly publicKey: string;
  readonly credentialID: string;
  readonly counter: number;
}

const AUTHENTICATOR_RESPONSE = z.object({
  id: credentialId,
  rawId: z.string(),
  type: z.literal('public-key'),
  clientExtensionResults: z.object({}).default({}),
  response: z.object({
    clientDataJSON: z.string(),
    authenticatorData: z.string(),
    signature: z.string(),
  }),
});
type AuthenticatorResponse = z.infer<typeof AUTHENTICATOR_RESPONSE>;

/** What step-up needs. */
export interface StepUpOptions {
  readonly issue: IssueToken;
  /** The web app's origin, which passkeys are bound to. */
  readonly origin: string;
}

/**
 * Step-up: the user of a session authenticates again, with the password, a code or a passkey of the same account. Only
 * the time of authentication changes; the response has an access token with the new `auth_time`. An endpoint with
 * `maxAge` (endpoints.ts) is refused with STEP_UP_REQUIRED if the last authentication is older.
 */
export function stepUp({ issue, origin }: StepUpOptions) {
  /** Stores the time of authentication of the request's session, and issues a token that has it. */
  async function renew(ctx: GenericEndpointContext, { session, user }: LiveSession) {
    const renewed = await ctx.context.adapter.update({
      model: 'session',
      where: [
        { field: 'token', value: session.token },
        { field: 'userId', value: user.id },
      ],
      update: { authenticatedAt: new Date() },
    });
    if (!renewed) throw sessionEndedError();
    ctx.setHeader('Cache-Control', 'no-store');
    return ctx.json(await issue(await readSubject(ctx, session.token)));
  }

  /** Returns whether a response was signed by a passkey of the user, for the challenge of this request. */
  async function isSignedByPasskey(ctx: GenericEndpointContext, userId: string, response: AuthenticatorResponse) {
    const identifier = await challengeId(ctx);
    if (identifier === null) return false;
    const stored = await ctx.context.internalAdapter.consumeVerificationValue(identifier);
    const challenge = isPasskeyChallenge.safeParse(JSON.parse(stored?.value ?? 'null')).data;
    if (challenge?.userData.id !== userId) return false;
    const passkey = await ctx.context.adapter.findOne<PasskeyRow>({
      model: 'passkey',
      where: [
        { field: 'credentialID', value: response.id },
        { field: 'userId', value: userId },
      ],
    });
    if (passkey === null) return false;
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge.expectedChallenge,
      expectedOrigin: origin,
      expectedRPID: new URL(origin).hostname,
      credential: {
        id: passkey.credentialID,
        publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64')),
        counter: passkey.counter,
      },
      requireUserVerification: true,
      // It throws on any mismatch.
    }).catch(() => ({ verified: false, authenticationInfo: { newCounter: 0 } }));
    if (!verified) return false;
    await ctx.context.adapter.update({
      model: 'passkey',
      where: [{ field: 'id', value: passkey.id }],
      update: { counter: authenticationInfo.newCounter },
    });
    return true;
  }

  return {
    id: 'step-up',
    endpoints: {
      stepUpMethods: createAuthEndpoint(
        '/step-up/methods',
        { method: 'GET', requireHeaders: true, use: [liveSession] },
        async (ctx) => {
          const { user } = ctx.context.session;
          const where = [{ field: 'userId', value: user.id }];
          const [credential, twoFactor, passkeyCount] = await Promise.all([
            ctx.context.internalAdapter.findCredentialAccount(user.id),
            findTwoFactor(ctx, user.id),
            ctx.context.adapter.count({ model: 'passkey', where }),
          ]);
          return ctx.json({
            password: Boolean(credential?.password),
            totp: twoFactor?.verified === true,
            passkey: passkeyCount > 0,
          });
        },
      ),
      stepUpWithPassword: createAuthEndpoint(
        '/step-up/password',
        { ...POST, use: [liveSession], body: z.object({ password: z.string() }) },
        async (ctx) => {
          const { user } = ctx.context.session;
          // Throws 400 INVALID_PASSWORD; hashes for an account without a password too.
          await ctx.context.password.checkPassword(user.id, ctx);
          return renew(ctx, ctx.context.session);
        },
      ),
      stepUpWithTotp: createAuthEndpoint(
        '/step-up/totp',
        { ...POST, use: [liveSession], body: z.object({ code: z.string() }) },
        async (ctx) => {
          const { user } = ctx.context.session;
          const twoFactor = await findTwoFactor(ctx, user.id);
          if (twoFactor?.verified !== true)
            throw rejected('TOTP_NOT_ENABLED', 'This account has no authenticator app. Use another way.');
          if ((await useCode(ctx, twoFactor, ctx.body.code)) !== 'accepted')
            throw rejected('INVALID_CODE', 'Invalid code');
          return renew(ctx, ctx.context.session);
        },
      ),
      stepUpWithPasskey: createAuthEndpoint(
        '/step-up/passkey',
        { ...POST, use: [liveSession], body: z.object({ response: AUTHENTICATOR_RESPONSE }) },
        async (ctx) => {
          const { user } = ctx.context.session;
          if (!(await isSignedByPasskey(ctx, user.id, ctx.body.response)))
            throw rejected('AUTHENTICATION_FAILED', 'This passkey was not accepted. Please try again.');
          return renew(ctx, ctx.context.session);
        },
      ),
    },
    hooks: {
      before: [
        {
          matcher: ({ path }) => maxAgeOf(path) !== undefined,
          handler: createAuthMiddleware(async (ctx) => {
            const session = await readLiveSession(ctx);
            if (session === null) throw sessionEndedError();
            const maxAge = maxAgeOf(ctx.path) ?? 0;
            if (ageOf(session) > maxAge) throw stepUpRequired(maxAge);
            const { internalAdapter } = ctx.context;
            // The recent authentication replaces the password. Better Auth finds none to ask for.
            return ASKS_FOR_PASSWORD.includes(ctx.path)
              ? {
                  context: {
                    context: {
                      ...ctx.context,
                      internalAdapter: { ...internalAdapter, findCredentialAccount: async () => null },
                    },
                  },
                }
              : undefined;
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}

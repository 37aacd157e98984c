import type { AuthContext, BetterAuthOptions, BetterAuthPlugin } from 'better-auth';
import { APIError, createAuthMiddleware } from 'better-auth/api';
import { genericOAuth } from 'better-auth/plugins';
import { z } from 'zod';
import type { OAuthProvider } from '../../runtime/oauth-providers.ts';
import { SIGNED_IN_USER } from './account-event.ts';
import { isDisplayable, normalizeName } from './display-name.ts';
import { returnTarget, signInPath } from './return-target.ts';
import { MAX_EMAIL_LENGTH } from './sign-up-plugin.ts';

/** How long a provider may take to answer, in milliseconds. */
const PROVIDER_TIMEOUT = 8_000;

/** A provider as Better Auth's context holds it. */
type ContextProvider = AuthContext['socialProviders'][number];

/** The claims of a profile that an account is created from. */
interface Profile {
  readonly email?: unknown;
  readonly email_verified?: unknown;
  readonly name?: unknown;
}

/**
 * Returns what an account takes from a provider's profile: an address that is valid here, as sign-up requires, and a name
 * that may be shown. `email_verified` counts if it is
 * true or the text `true`: some providers send texts, of which `false` must not count as true.
 */
function accountFieldsOf({ email, email_verified: verified, name }: Profile) {
  const address = z.email().max(MAX_EMAIL_LENGTH).safeParse(email).data;
  const [local = ''] = (address ?? '').split('@');
  const names = [typeof name === 'string' ? normalizeName(name) : '', local, 'User'];
  return {
    email: address ?? null,
    emailVerified: address !== undefined && (verified === true || verified === 'true'),
    name: names.find(isDisplayable) ?? 'User',
  };
}

/** Returns the error for a provider that does not answer; the gateway answers 503 and logs it. */
const providerUnavailable = () =>
  new APIError('SERVICE_UNAVAILABLE', { code: 'PROVIDER_UNAVAILABLE', message: 'The provider is unavailable.' });

async function withTimeout<T>(work: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(providerUnavailable()), PROVIDER_TIMEOUT);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Creates a provider of OpenID Connect that reads the provider's configuration when it is first used, and again after a
 * failure. Better Auth's plugin reads it once, before it answers any request: a provider that is away or slow at that
 * time would stop every sign-in, and stay unusable until the next start.
 */
function lazyProvider(context: AuthContext, { id, name, clientId, clientSecret, issuer }: OpenIdProvider) {
  let discovered: Promise<ContextProvider> | undefined;

  async function discover(): Promise<ContextProvider> {
    const plugin = genericOAuth({
      config: [
        {
          providerId: id,
          name,
          clientId,
          clientSecret,
          discoveryUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
          scopes: ['openid', 'email', 'profile'],
          pkce: true,
          requireIdTokenVerification: true,
          mapProfileToUser: accountFieldsOf,
        },
      ],
    });
    const {
      context: {
        socialProviders: [provider],
      },
    } = await withTimeout(plugin.init({ ...context, socialProviders: [] }));
    // OpenID Connect Discovery 1.0 §4.3: another issuer in the configuration is that of another provider.
    if (provider === undefined || provider.issuer !== issuer) throw providerUnavailable();
    return provider;
  }

  const real = () =>
    (discovered ??= discover().catch((error: unknown) => {
      discovered = undefined;
      throw error;
    }));

  return {
    id,
    name,
    issuer,
    requiresIdTokenNonce: true,
    accountSubject: async (subject) => (await real()).accountSubject(subject),
    createAuthorizationURL: async (data) => (await real()).createAuthorizationURL(data),
    validateAuthorizationCode: async (data) => withTimeout((await real()).validateAuthorizationCode(data)),
    // Without an ID token nothing would be bound to the nonce; OpenID Connect Core 1.0 §3.1.3.3 requires one.
    getUserInfo: async (tokens) => (tokens.idToken ? withTimeout((await real()).getUserInfo(tokens)) : null),
    options: { disableIdTokenSignIn: true },
  } satisfies ContextProvider;
}

type OpenIdProvider = OAuthProvider & { readonly issuer: string };
const isOpenId = (provider: OAuthProvider): provider is OpenIdProvider => provider.issuer !== null;

/** Returns Better Auth's own providers: GitHub, which is no provider of OpenID Connect. */
export function builtInProviders(
  providers: readonly OAuthProvider[],
): NonNullable<BetterAuthOptions['socialProviders']> {
  const github = providers.find(({ issuer }) => issuer === null);
  if (github === undefined) return {};
  const { clientId, clientSecret } = github;
  return {
    github: {
      clientId,
      clientSecret,
      disableIdTokenSignIn: true,
      mapProfileToUser: ({ name, login }) => {
        const shown = [normalizeName(name ?? ''), login].find(isDisplayable);
        return { name: shown ?? 'User' };
      },
    },
  };
}

/** The properties of an account that hold a provider's tokens: nothing here uses them, so none is stored. */
const TOKEN_FIELDS = [
  'accessToken',
  'refreshToken',
  'idToken',
  'accessTokenExpiresAt',
  'refreshTokenExpiresAt',
  'scope',
] as const;

/** Returns null for each of a row's properties that hold a provider's tokens. */
export function withoutTokens(account: object): Readonly<Record<string, null>> {
  return Object.fromEntries(TOKEN_FIELDS.filter((field) => field in account).map((field) => [field, null]));
}

/** The errors of a callback that the sign-in page has a message for; all others are `provider_error`. */
const KNOWN_ERRORS: ReadonlySet<string> = new Set([
  'account_banned',
  'access_denied',
  'account_already_linked_to_different_user',
  'account_not_linked',
  'email_does_not_match',
  'email_not_found',
  'state_mismatch',
  'unable_to_link_account',
]);

/**
 * Returns the target of a callback's redirect: a path of this site, and of an error its code alone. The provider chooses
 * code and description of an error: a page that shows them would show what an attacker writes.
 */
export function callbackTarget(location: string, webUrl: string): string {
  const url = URL.parse(location, webUrl);
  const error = url?.searchParams.get('error')?.toLowerCase();
  const isOwn = url?.origin === webUrl;
  if (!isOwn || url === null) return `/sign-in?error=provider_error`;
  if (error === undefined) return url.pathname + url.search + url.hash;
  const next = url.searchParams.get('next');
  const query = new URLSearchParams({ error: KNOWN_ERRORS.has(error) ? error : 'provider_error' });
  if (next !== null) query.set('next', returnTarget(next));
  return `${url.pathname}?${query}`;
}

/** Wraps Better Auth's request handler: replaces the targets of callbacks' redirects, see `callbackTarget`. */
export function withOwnRedirects(handler: (request: Request) => Promise<Response>, webUrl: string): typeof handler {
  return async (request) => {
    const response = await handler(request);
    const location = response.headers.get('location');
    if (location === null || !CALLBACK.test(new URL(request.url).pathname)) return response;
    const headers = new Headers(response.headers);
    headers.set('location', callbackTarget(location, webUrl));
    return new Response(response.body, { status: response.status, headers });
  };
}

/** The paths of callbacks. */
const CALLBACK = /^\/api\/auth\/callback\//;

/**
 * Adds sign-in with providers: reads their configuration lazily, and lets a client choose the provider and the page
 * afterwards, nothing else (no scopes, no other redirects, no ID tokens).
 */
export function socialSignIn(providers: readonly OAuthProvider[]) {
  return {
    id: 'social-sign-in',
    init: (context) => ({
      context: {
        socialProviders: [
          ...context.socialProviders,
          ...providers.filter(isOpenId).map((provider) => lazyProvider(context, provider)),
        ],
      },
    }),
    hooks: {
      before: [
        {
          matcher: ({ path }) => path === '/sign-in/social' || path === '/link-social',
          handler: createAuthMiddleware(async ({ body, path }) => {
            const next = returnTarget(body?.callbackURL);
            const errorCallbackURL = path === '/link-social' ? next : signInPath(next);
            if (Object.keys(body ?? {}).some((name) => name !== 'provider' && name !== 'callbackURL'))
              throw new APIError('BAD_REQUEST', {
                code: 'VALIDATION_ERROR',
                message: 'Send `provider` and `callbackURL` only.',
              });
            // Better Auth merges this into the body of the request.
            return { context: { body: { callbackURL: next, errorCallbackURL, disableRedirect: true } } };
          }),
        },
      ],
      after: [
        {
          matcher: ({ path }) => path === '/callback/:id',
          handler: createAuthMiddleware(async (ctx) => {
            const { newSession } = ctx.context;
            if (newSession) ctx.setHeader(SIGNED_IN_USER, newSession.user.id);
          }),
        },
      ],
    },
  } satisfies BetterAuthPlugin;
}

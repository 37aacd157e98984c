import { Events, type MutableToken, OAuth2Server } from 'oauth2-mock-server';

/** The user who is signed in to a provider. */
export interface ProviderUser {
  readonly sub: string;
  readonly email?: string;
  readonly email_verified?: unknown;
  readonly name?: string;
}

/** A provider of OpenID Connect on the loopback interface. */
export interface IdentityProvider {
  readonly issuer: string;
  readonly server: OAuth2Server;
  /** The user of the next sign-in; a test may set it. */
  user: ProviderUser;
  /** Changes the next tokens before they are signed; a test may set and clear it. */
  changeToken: ((token: MutableToken) => void) | undefined;
  /** How many requests the token endpoint has answered. */
  readonly tokenRequests: number;
  /** Follows an authorization URL as a browser would, and returns the callback's path and query. */
  authorize(url: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a provider. Its ID tokens name the client and the user's claims. */
export async function startIdentityProvider(clientId: string): Promise<IdentityProvider> {
  const server = new OAuth2Server();
  await server.issuer.keys.generate('RS256');
  await server.start(0, 'localhost');
  let tokenRequests = 0;
  const provider = {
    issuer: server.issuer.url ?? '',
    server,
    user: { sub: 'user' } as ProviderUser,
    changeToken: undefined as IdentityProvider['changeToken'],
    get tokenRequests() {
      return tokenRequests;
    },
    async authorize(url: string) {
      const response = await fetch(url, { redirect: 'manual' });
      const target = new URL(response.headers.get('location') ?? '', url);
      return target.pathname.replace(/^\/api\/auth/, '') + target.search;
    },
    stop: () => server.stop(),
  };
  server.service.on(Events.BeforeTokenSigning, (token: MutableToken) => {
    Object.assign(token.payload, provider.user, { aud: clientId });
    provider.changeToken?.(token);
  });
  server.service.on(Events.BeforeResponse, () => {
    tokenRequests += 1;
  });
  return provider;
}

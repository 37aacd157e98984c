import { describe, expect, test } from 'vitest';
import { readOAuthProviders } from './oauth-providers.ts';

const client = (provider: string) => ({
  [`OAUTH_${provider}_CLIENT_ID`]: 'the-client',
  [`OAUTH_${provider}_CLIENT_SECRET`]: 'the-secret',
});

describe('readOAuthProviders', () => {
  test('there is no provider without settings, or with empty ones', () => {
    expect(readOAuthProviders({ OAUTH_GOOGLE_CLIENT_ID: '', WEB_URL: 'x' })).toEqual({ providers: [], errors: [] });
  });

  test('known providers need no issuer, and a provider with an issuer can have any name', () => {
    const own = { ...client('MY_COMPANY'), OAUTH_MY_COMPANY_ISSUER: 'https://login.example/realm' };
    const { providers, errors } = readOAuthProviders({ ...client('GOOGLE'), ...own, ...client('GITHUB') });
    expect(errors).toEqual([]);
    const parts = { clientId: 'the-client', clientSecret: 'the-secret' };
    expect(providers).toEqual([
      { id: 'github', name: 'GitHub', issuer: null, ...parts },
      { id: 'google', name: 'Google', issuer: 'https://accounts.google.com', ...parts },
      { id: 'my-company', name: 'My Company', issuer: 'https://login.example/realm', ...parts },
    ]);
  });

  test.each([
    [{ OAUTH_GOOGLE_CLIENT_ID: 'x' }, 'OAUTH_GOOGLE_CLIENT_SECRET is missing'],
    [{ OAUTH_GOOGLE_CLIENT_SECRET: 'SECRET' }, 'OAUTH_GOOGLE_CLIENT_ID is missing'],
    [client('OKTA'), 'OAUTH_OKTA_ISSUER is missing'],
    [{ ...client('OKTA'), OAUTH_OKTA_ISSUER: 'SECRET' }, 'OAUTH_OKTA_ISSUER is not valid'],
    [{ ...client('OKTA'), OAUTH_OKTA_ISSUER: 'http://login.example' }, 'OAUTH_OKTA_ISSUER is not valid'],
    [{ ...client('OKTA'), OAUTH_OKTA_ISSUER: 'https://u:SECRET@login.example' }, 'OAUTH_OKTA_ISSUER is not valid'],
    [{ ...client('OKTA'), OAUTH_OKTA_ISSUER: 'https://login.example?x=1' }, 'OAUTH_OKTA_ISSUER is not valid'],
    [{ OAUTH_GOOGLE_CLIENTID: 'SECRET' }, 'OAUTH_GOOGLE_CLIENTID is not a setting'],
    [{ ...client('CREDENTIAL'), OAUTH_CREDENTIAL_ISSUER: 'https://login.example' }, 'CREDENTIAL is not the name'],
  ])('settings %j are an error without their value: %s', (environment, message) => {
    const { errors } = readOAuthProviders(environment);
    expect(errors).toEqual([expect.stringContaining(message)]);
    expect(errors.join()).not.toContain('SECRET@');
    expect(errors.join().replaceAll('CLIENT_SECRET', '')).not.toMatch(/SECRET|the-secret/);
  });
});

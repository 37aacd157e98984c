import { isHttpsOrLoopback } from './settings.ts';

/** A provider that users can sign in with. */
export interface OAuthProvider {
  /** Its name in URLs and in the database: `OAUTH_MY_COMPANY_CLIENT_ID` configures `my-company`. */
  readonly id: string;
  /** Its name on the button. */
  readonly name: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The issuer of a provider of OpenID Connect; null for GitHub, which has another protocol. */
  readonly issuer: string | null;
}

/** The prefix of the settings of providers. */
export const OAUTH_PREFIX = 'OAUTH_';

const SETTING = /^OAUTH_([A-Z0-9]+(?:_[A-Z0-9]+)*?)_(CLIENT_ID|CLIENT_SECRET|ISSUER)$/;

/** Providers that need no issuer setting. */
const KNOWN: Readonly<Record<string, { readonly name: string; readonly issuer: string | null }>> = {
  github: { name: 'GitHub', issuer: null },
  gitlab: { name: 'GitLab', issuer: 'https://gitlab.com' },
  google: { name: 'Google', issuer: 'https://accounts.google.com' },
};

/** Better Auth's name for accounts with a password: a provider of this name could take them over. */
const RESERVED = 'credential';

/**
 * Reads the providers from the settings `OAUTH_<PROVIDER>_CLIENT_ID`, `…_CLIENT_SECRET` and `…_ISSUER`, sorted by id.
 * @returns the providers, and one error for each invalid or missing setting; errors never contain a value
 */
export function readOAuthProviders(environment: Readonly<Record<string, string | undefined>>): {
  readonly providers: readonly OAuthProvider[];
  readonly errors: readonly string[];
} {
  const found = new Map<string, Map<string, string>>();
  const errors: string[] = [];
  for (const [setting, value] of Object.entries(environment)) {
    if (!value || !setting.startsWith(OAUTH_PREFIX)) continue;
    const [, provider = '', part = ''] = SETTING.exec(setting) ?? [];
    if (provider === '')
      errors.push(`${setting} is not a setting: expected OAUTH_<PROVIDER>_CLIENT_ID, _CLIENT_SECRET or _ISSUER`);
    else found.set(provider, (found.get(provider) ?? new Map<string, string>()).set(part, value));
  }
  const providers = [...found].flatMap(([provider, parts]): OAuthProvider[] => {
    const id = provider.toLowerCase().replaceAll('_', '-');
    const known = KNOWN[id];
    const [clientId, clientSecret] = [parts.get('CLIENT_ID'), parts.get('CLIENT_SECRET')];
    const issuer = parts.get('ISSUER') ?? known?.issuer;
    const prefix = OAUTH_PREFIX + provider;
    if (id === RESERVED) errors.push(`${prefix}_CLIENT_ID is not valid: CREDENTIAL is not the name of a provider`);
    if (!clientId) errors.push(`${prefix}_CLIENT_ID is missing: expected the id that the provider gave to this client`);
    if (!clientSecret)
      errors.push(`${prefix}_CLIENT_SECRET is missing: expected the secret that the provider gave to this client`);
    if (issuer === undefined)
      errors.push(`${prefix}_ISSUER is missing: expected the provider's issuer, for example https://login.example`);
    else if (issuer !== null && !isIssuer(issuer))
      errors.push(
        `${prefix}_ISSUER is not valid: expected an https URL, or one of this machine, without query, for example https://login.example`,
      );
    if (!clientId || !clientSecret || issuer === undefined) return [];
    return [{ id, name: known?.name ?? titleOf(id), clientId, clientSecret, issuer }];
  });
  return { providers: providers.toSorted((a, b) => (a.id < b.id ? -1 : 1)), errors };
}

/** OpenID Connect Discovery 1.0 §3: an https URL without query and fragment. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    `${url.search}${url.hash}${url.username}${url.password}` === '' &&
    isHttpsOrLoopback(text)
  );
}

function titleOf(id: string): string {
  return id
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

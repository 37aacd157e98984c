import { isLoopback } from './settings.ts';

/** The settings that decide whether clients can be distinguished by address. */
export interface AddressSettings {
  readonly API_URL: string;
  readonly WEB_URL: string;
  readonly TRUSTED_PROXIES: readonly string[];
}

/**
 * Returns a warning for the operator if all clients may share one address; undefined otherwise. A public
 * origin is served through a proxy, which ends TLS. Without a trusted proxy, all clients have its
 * address: one client uses up the rate limits of all, and the security log records the proxy.
 */
export function sharedAddressWarning({ API_URL, WEB_URL, TRUSTED_PROXIES }: AddressSettings): string | undefined {
  const open = [WEB_URL, API_URL].filter((origin) => !isLoopback(origin));
  if (open.length === 0 || TRUSTED_PROXIES.length > 0) return undefined;
  return (
    `TRUSTED_PROXIES is not set, although ${[...new Set(open)].join(' and ')} can be public: behind a proxy all clients ` +
    'share its address and one rate limit. Set TRUSTED_PROXIES to the address or CIDR range of the proxy, for ' +
    'example TRUSTED_PROXIES=127.0.0.1,::1 for one on this machine.'
  );
}

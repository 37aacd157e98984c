import { isLoopback } from './settings.ts';

/** The settings that decide whether callers can be told apart by address. */
export interface AddressSettings {
  readonly API_URL: string;
  readonly WEB_URL: string;
  readonly TRUSTED_PROXIES: readonly string[];
}

/**
 * Returns the warning for an operator if all callers may share one address: a public origin is served through a proxy,
 * because every process listens on the loopback interface alone, and no proxy is trusted to name the caller. Then one
 * caller uses up the rate limits of all, and the security log names the proxy. Undefined if there is nothing to warn of.
 */
export function sharedAddressWarning({ API_URL, WEB_URL, TRUSTED_PROXIES }: AddressSettings): string | undefined {
  const open = [WEB_URL, API_URL].filter((origin) => !isLoopback(origin));
  if (open.length === 0 || TRUSTED_PROXIES.length > 0) return undefined;
  return (
    `TRUSTED_PROXIES is not set, although ${[...new Set(open)].join(' and ')} can be public: behind a proxy all callers ` +
    'share its address, and so one rate limit. Set TRUSTED_PROXIES to the address or CIDR range of the proxy, for ' +
    'example TRUSTED_PROXIES=127.0.0.1,::1 for one on this machine.'
  );
}

import { isLoopback } from './settings.ts';

/**
 * The demo account. If `isDemoOpen`, `npm start` creates it and prints its credentials; otherwise the web app refuses its
 * sign-in.
 */
export const DEMO_ACCOUNT = {
  name: 'Demo',
  email: 'demo@fieldgate.example',
  password: 'Fieldgate-demo-1',
} as const;

/** The public origins of both processes. */
export interface PublicOrigins {
  readonly API_URL: string;
  readonly WEB_URL: string;
}

/**
 * Whether the demo account may be used. Its password is public, so both origins must be loopback origins: a public API
 * would accept a token from a web app on loopback.
 */
export function isDemoOpen({ API_URL, WEB_URL }: PublicOrigins): boolean {
  return isLoopback(API_URL) && isLoopback(WEB_URL);
}

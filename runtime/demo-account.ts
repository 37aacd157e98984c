import { isLoopback } from './settings.ts';

/**
 * The demo account: `npm start` creates it where `isDemoOpen`, and prints its credentials. Elsewhere the web app refuses
 * its sign-in.
 */
export const DEMO_ACCOUNT = {
  name: 'Demo',
  email: 'demo@fieldgate.example',
  password: 'Fieldgate-demo-1',
} as const;

/** The origins that users see. */
export interface PublicOrigins {
  readonly API_URL: string;
  readonly WEB_URL: string;
}

/**
 * Whether the demo account may be used. Its password is public, so both origins have to be loopback origins: a token from
 * a web app on loopback is good at a public API.
 */
export function isDemoOpen({ API_URL, WEB_URL }: PublicOrigins): boolean {
  return isLoopback(API_URL) && isLoopback(WEB_URL);
}

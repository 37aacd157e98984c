import { type ExposureSettings, isThisMachineOnly } from './settings.ts';

/**
 * The demo account. If `isDemoOpen`, `npm start` creates it and prints its credentials; otherwise the web app refuses its
 * sign-in.
 */
export const DEMO_ACCOUNT = {
  name: 'Demo',
  email: 'demo@fieldgate.example',
  password: 'Fieldgate-demo-1',
} as const;

/**
 * Whether the demo account may be used. Its password is public, so both processes must be for this machine alone: a public
 * API would accept a token from a web app on loopback.
 */
export function isDemoOpen(settings: ExposureSettings): boolean {
  return isThisMachineOnly(settings);
}

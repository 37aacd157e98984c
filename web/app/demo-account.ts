import 'server-only';
import { DEMO_ACCOUNT, isDemoOpen } from '../../runtime/demo-account.ts';
import { webConfig } from '../config.ts';
import type { DemoAccount } from '../graphql/demo-token.ts';

/** Returns the credentials of the demo account; null where its sign-in is refused, because an origin is public. */
export function openDemoAccount(): DemoAccount | null {
  const { email, password } = DEMO_ACCOUNT;
  return isDemoOpen(webConfig()) ? { email, password } : null;
}

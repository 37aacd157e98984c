import 'server-only';
import { DEMO_ACCOUNT, isDemoOpen } from '../../runtime/demo-account.ts';
import { accountExists } from '../auth/account-lookups.ts';
import { webConfig } from '../config.ts';
import type { DemoAccount } from '../graphql/demo-token.ts';

/**
 * Returns the credentials of the demo account; null where its sign-in is refused, because an origin is public, and where it
 * does not exist: with a database of one's own, or after a visitor has deleted it.
 */
export async function openDemoAccount(): Promise<DemoAccount | null> {
  const { email, password } = DEMO_ACCOUNT;
  if (!isDemoOpen(webConfig())) return null;
  // During an outage of the database the page is served without the demo; the log has the cause.
  const exists = await accountExists(email).catch(() => false);
  return exists ? { email, password } : null;
}

import 'server-only';
import { setTimeout as wait } from 'node:timers/promises';
import { DEMO_ACCOUNT, isDemoOpen } from '../../runtime/demo-account.ts';
import { accountExists } from '../auth/account-lookups.ts';
import { webConfig } from '../config.ts';
import type { DemoAccount } from '../graphql/demo-token.ts';

/** How long a page waits for the lookup, in milliseconds: less than for its session, without which it cannot be shown. */
const LOOKUP_TIMEOUT = 1_000;

/**
 * Returns the credentials of the demo account; null where its sign-in is refused, because other machines can reach a process, and where it
 * does not exist: with a database of one's own, or after a visitor has deleted it. During an outage of the database it is
 * null too, and the log has the cause.
 */
export async function openDemoAccount(): Promise<DemoAccount | null> {
  const { email, password } = DEMO_ACCOUNT;
  if (!isDemoOpen(webConfig())) return null;
  const lookup = accountExists(email).catch(() => false);
  const exists = await Promise.race([lookup, wait(LOOKUP_TIMEOUT, false, { ref: false })]);
  return exists ? { email, password } : null;
}

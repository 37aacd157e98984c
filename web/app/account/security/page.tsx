import type { Metadata } from 'next';
import { requireSession } from '../../../auth/session.ts';
import { AccountShell } from '../../../features/accounts/account-shell.tsx';
import { SecuritySettings } from '../../../features/security/security-settings.tsx';
import { orUnavailable } from '../../or-unavailable.tsx';
import { SignedInPage } from '../../signed-in-page.tsx';

export const metadata: Metadata = { title: 'Second factor and passkeys' };

/** The second factor and the passkeys of the account. */
export default orUnavailable(async function SecurityPage() {
  const session = await requireSession('/account/security');
  return (
    <SignedInPage session={session}>
      <AccountShell path="/account/security" title="Second factor and passkeys">
        <SecuritySettings />
      </AccountShell>
    </SignedInPage>
  );
});

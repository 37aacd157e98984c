import type { Metadata } from 'next';
import { requireSession } from '../../../auth/session.ts';
import { Panel } from '../../../components/panel.tsx';
import { AccountShell } from '../../../features/accounts/account-shell.tsx';
import { orUnavailable } from '../../or-unavailable.tsx';
import { SignedInPage } from '../../signed-in-page.tsx';

export const metadata: Metadata = { title: 'Second factor' };

/** The second factor and passkeys. */
export default orUnavailable(async function SecurityPage() {
  const session = await requireSession('/account/security');
  return (
    <SignedInPage session={session}>
      <AccountShell path="/account/security" title="Second factor">
        {/* The components of web/features/security/ go here. */}
        <Panel>
          <p>Your account signs in with the password alone. Fieldgate has no second factor yet.</p>
        </Panel>
      </AccountShell>
    </SignedInPage>
  );
});

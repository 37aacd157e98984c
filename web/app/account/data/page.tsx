import type { Metadata } from 'next';
import { requireSession } from '../../../auth/session.ts';
import { Panel } from '../../../components/panel.tsx';
import { AccountShell } from '../../../features/accounts/account-shell.tsx';
import { DeleteAccount } from '../../../features/accounts/delete-account.tsx';
import { ExportData } from '../../../features/accounts/export-data.tsx';
import { orUnavailable } from '../../or-unavailable.tsx';
import { SignedInPage } from '../../signed-in-page.tsx';

export const metadata: Metadata = { title: 'Your data' };

/** The export of all data of the user, and the deletion of the account. */
export default orUnavailable(async function DataPage() {
  const session = await requireSession('/account/data');
  return (
    <SignedInPage session={session}>
      <AccountShell path="/account/data" title="Your data">
        <Panel title="Export">
          <p>
            You get one JSON file with your account, your tasks and their steps, your devices and your activity. It has
            no password and nothing that could sign in.
          </p>
          <ExportData />
        </Panel>
        <Panel title="Delete account">
          <p>
            Your account is deleted with your tasks and everything else in it, and every device is signed out. Only the
            security log stays: it keeps what happened to your account, with times, IP addresses and browsers but
            without your name and your e-mail address, and removes each entry after 400 days.
          </p>
          <DeleteAccount />
        </Panel>
      </AccountShell>
    </SignedInPage>
  );
});

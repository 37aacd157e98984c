import type { Metadata } from 'next';
import { requireSession } from '../../../auth/session.ts';
import { Panel } from '../../../components/panel.tsx';
import { AccountShell } from '../../../features/accounts/account-shell.tsx';
import { DeleteAccount } from '../../../features/accounts/delete-account.tsx';
import { ExportData } from '../../../features/accounts/export-data.tsx';
import { orUnavailable } from '../../or-unavailable.tsx';
import { SignedInPage } from '../../signed-in-page.tsx';
import { ACCOUNT_DATA_PAGE } from '../../../words.ts';

export const metadata: Metadata = { title: ACCOUNT_DATA_PAGE.yourData };

/** The export of all data of the user, and the deletion of the account. */
export default orUnavailable(async function DataPage() {
  const session = await requireSession('/account/data');
  return (
    <SignedInPage session={session}>
      <AccountShell path="/account/data" title={ACCOUNT_DATA_PAGE.yourData}>
        <Panel title={ACCOUNT_DATA_PAGE.export}>
          <p>{ACCOUNT_DATA_PAGE.youGetOneJson}</p>
          <ExportData />
        </Panel>
        <Panel title={ACCOUNT_DATA_PAGE.deleteAccount}>
          <p>{ACCOUNT_DATA_PAGE.yourAccountIsDeleted}</p>
          <DeleteAccount />
        </Panel>
      </AccountShell>
    </SignedInPage>
  );
});

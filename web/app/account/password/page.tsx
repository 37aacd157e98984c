import type { Metadata } from 'next';
import { requireSession } from '../../../auth/session.ts';
import { Panel } from '../../../components/panel.tsx';
import { webConfig } from '../../../config.ts';
import { AccountShell } from '../../../features/accounts/account-shell.tsx';
import { ChangePasswordForm } from '../../../features/accounts/change-password-form.tsx';
import { orUnavailable } from '../../or-unavailable.tsx';
import { SignedInPage } from '../../signed-in-page.tsx';
import { ACCOUNT_PASSWORD_PAGE } from '../../../words.ts';

export const metadata: Metadata = { title: ACCOUNT_PASSWORD_PAGE.password };

/** The page that changes the password. */
export default orUnavailable(async function PasswordPage() {
  const session = await requireSession('/account/password');
  return (
    <SignedInPage session={session}>
      <AccountShell path="/account/password" title={ACCOUNT_PASSWORD_PAGE.password}>
        <Panel>
          <p>{ACCOUNT_PASSWORD_PAGE.aNewPasswordSigns}</p>
          <ChangePasswordForm email={session.user.email} policy={webConfig().PASSWORD_POLICY} />
        </Panel>
      </AccountShell>
    </SignedInPage>
  );
});

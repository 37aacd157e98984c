import type { Metadata } from 'next';
import { webConfig } from '../../config.ts';
import { AccountPage } from '../../features/accounts/account-page.tsx';
import { ResetPasswordForm } from '../../features/accounts/reset-password-form.tsx';
import { PageLink } from '../../features/accounts/page-link.tsx';

export const metadata: Metadata = { title: 'Set a new password' };

/** The page that the link of a mail opens to set a new password. The server does not see the link's token. */
export default function ResetPasswordPage() {
  return (
    <AccountPage title="Set a new password" alternative={<PageLink to="/sign-in">Back to sign-in</PageLink>}>
      <ResetPasswordForm policy={webConfig().PASSWORD_POLICY} />
    </AccountPage>
  );
}

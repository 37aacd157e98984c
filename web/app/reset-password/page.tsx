import type { Metadata } from 'next';
import { webConfig } from '../../config.ts';
import { AccountPage } from '../../features/accounts/account-page.tsx';
import { ResetPasswordForm } from '../../features/accounts/reset-password-form.tsx';
import { PageLink } from '../../features/accounts/page-link.tsx';
import { RESET_PASSWORD_PAGE } from '../../words.ts';

export const metadata: Metadata = { title: RESET_PASSWORD_PAGE.setANewPassword };

/** The page that the link of a mail opens to set a new password. The server does not see the link's token. */
export default function ResetPasswordPage() {
  return (
    <AccountPage
      title={RESET_PASSWORD_PAGE.setANewPassword}
      alternative={<PageLink to="/sign-in">{RESET_PASSWORD_PAGE.backToSignIn}</PageLink>}
    >
      <ResetPasswordForm policy={webConfig().PASSWORD_POLICY} />
    </AccountPage>
  );
}

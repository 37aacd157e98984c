import type { Metadata } from 'next';
import { webConfig } from '../../config.ts';
import { AccountPage } from '../../features/accounts/account-page.tsx';
import { ForgotPasswordForm } from '../../features/accounts/forgot-password-form.tsx';
import { mailMode } from '../../mail/mail-mode.ts';
import { PageLink } from '../../features/accounts/page-link.tsx';
import { FORGOT_PASSWORD_PAGE } from '../../words.ts';

export const metadata: Metadata = { title: FORGOT_PASSWORD_PAGE.forgotYourPassword };

/** The page that asks for a link to set a new password; says so if this site sends no mail. */
export default function ForgotPasswordPage() {
  return (
    <AccountPage
      title={FORGOT_PASSWORD_PAGE.forgotYourPassword}
      alternative={
        <>
          {FORGOT_PASSWORD_PAGE.rememberedIt}
          <PageLink to="/sign-in">{FORGOT_PASSWORD_PAGE.signIn}</PageLink>
        </>
      }
    >
      {mailMode(webConfig()) === 'off' ? <p>{FORGOT_PASSWORD_PAGE.thisSiteSendsNo}</p> : <ForgotPasswordForm />}
    </AccountPage>
  );
}

import type { Metadata } from 'next';
import { webConfig } from '../../config.ts';
import { AccountPage } from '../../features/accounts/account-page.tsx';
import { ForgotPasswordForm } from '../../features/accounts/forgot-password-form.tsx';
import { mailMode } from '../../mail/mail-mode.ts';
import { PageLink } from '../../features/accounts/page-link.tsx';

export const metadata: Metadata = { title: 'Forgot your password?' };

/** The page that asks for a link to set a new password; says so if this site sends no mail. */
export default function ForgotPasswordPage() {
  return (
    <AccountPage
      title="Forgot your password?"
      alternative={
        <>
          Remembered it? <PageLink to="/sign-in">Sign in</PageLink>
        </>
      }
    >
      {mailMode(webConfig()) === 'off' ? (
        <p>This site sends no mail, so it cannot send you a link. Please ask its operator.</p>
      ) : (
        <ForgotPasswordForm />
      )}
    </AccountPage>
  );
}

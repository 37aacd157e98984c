import type { Metadata } from 'next';
import { signInPath } from '../../auth/return-target.ts';
import { currentSession } from '../../auth/session.ts';
import { AccountPage } from '../../features/accounts/account-page.tsx';
import { VerifyEmail } from '../../features/accounts/verify-email.tsx';
import { orUnavailable } from '../or-unavailable.tsx';
import { PageLink } from '../../features/accounts/page-link.tsx';
import { VERIFY_EMAIL_PAGE } from '../../words.ts';

export const metadata: Metadata = { title: VERIFY_EMAIL_PAGE.confirmYourAddress };

/** The page that the link of a mail opens to confirm an e-mail address. Needs the session of the account. */
export default orUnavailable(async function VerifyEmailPage() {
  const session = await currentSession();
  return (
    <AccountPage
      title={VERIFY_EMAIL_PAGE.confirmYourAddress}
      alternative={
        session ? (
          <PageLink to="/tasks">{VERIFY_EMAIL_PAGE.backToYourTasks}</PageLink>
        ) : (
          'The link still works after you have signed in.'
        )
      }
    >
      {session ? (
        <>
          <p>
            {VERIFY_EMAIL_PAGE.youAreSignedIn}
            {session.user.email}.
          </p>
          <VerifyEmail />
        </>
      ) : (
        <>
          <p>{VERIFY_EMAIL_PAGE.signInFirstAnd}</p>
          <PageLink to={signInPath('/tasks')}>{VERIFY_EMAIL_PAGE.signIn}</PageLink>
        </>
      )}
    </AccountPage>
  );
});

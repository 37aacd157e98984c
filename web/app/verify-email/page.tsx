import type { Metadata } from 'next';
import { signInPath } from '../../auth/return-target.ts';
import { currentSession } from '../../auth/session.ts';
import { AccountPage } from '../../features/accounts/account-page.tsx';
import { VerifyEmail } from '../../features/accounts/verify-email.tsx';
import { orUnavailable } from '../or-unavailable.tsx';
import { PageLink } from '../../features/accounts/page-link.tsx';

export const metadata: Metadata = { title: 'Confirm your address' };

/** The page that the link of a mail opens to confirm an e-mail address. Needs the session of the account. */
export default orUnavailable(async function VerifyEmailPage() {
  const session = await currentSession();
  return (
    <AccountPage
      title="Confirm your address"
      alternative={
        session ? <PageLink to="/tasks">Back to your tasks</PageLink> : 'The link still works after you have signed in.'
      }
    >
      {session ? (
        <>
          <p>You are signed in as {session.user.email}.</p>
          <VerifyEmail />
        </>
      ) : (
        <>
          <p>
            Sign in first, and then open the link in your mail again. This protects you from accounts that others create
            with your address.
          </p>
          <PageLink to={signInPath('/tasks')}>Sign in</PageLink>
        </>
      )}
    </AccountPage>
  );
});

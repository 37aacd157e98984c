import type { Metadata } from 'next';
import { HOME, returnTarget, signInPath } from '../../auth/return-target.ts';
import { requireNoSession } from '../../auth/session.ts';
import { webConfig } from '../../config.ts';
import { AccountPage } from '../../features/accounts/account-page.tsx';
import { SignUpForm } from '../../features/accounts/sign-up-form.tsx';
import { orUnavailable } from '../or-unavailable.tsx';
import type { SearchParams } from '../search-params.ts';
import { SIGN_UP_PAGE } from '../../words.ts';

export const metadata: Metadata = { title: SIGN_UP_PAGE.createAnAccount };

/** The sign-up page; leads to `?next=` afterwards if that is a path on this site. */
export default orUnavailable(async function SignUpPage({ searchParams }: { searchParams: SearchParams }) {
  await requireNoSession();
  const next = returnTarget((await searchParams).next);
  return (
    <AccountPage
      title={SIGN_UP_PAGE.createAnAccount}
      alternative={
        <>
          {SIGN_UP_PAGE.alreadyHaveAnAccount}
          <a href={next === HOME ? '/sign-in' : signInPath(next)}>{SIGN_UP_PAGE.signIn}</a>
        </>
      }
    >
      <SignUpForm next={next} policy={webConfig().PASSWORD_POLICY} />
    </AccountPage>
  );
});

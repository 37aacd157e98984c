import type { Metadata } from 'next';
import { HOME, returnTarget, SECOND_FACTOR_PARAMETER } from '../../auth/return-target.ts';
import { hasEndedSession, requireNoSession } from '../../auth/session.ts';
import { AccountPage } from '../../features/accounts/account-page.tsx';
import { ProviderButtons } from '../../features/accounts/provider-buttons.tsx';
import { SessionEndedMessage } from '../../features/accounts/session-ended-message.tsx';
import { SignInForm } from '../../features/accounts/sign-in-form.tsx';
import { webConfig } from '../../config.ts';
import { orUnavailable } from '../or-unavailable.tsx';
import type { SearchParams } from '../search-params.ts';
import { SIGN_IN_PAGE } from '../../words.ts';

export const metadata: Metadata = { title: SIGN_IN_PAGE.signIn };

/** The sign-in page; leads to `?next=` afterwards if that is a path on this site. */
export default orUnavailable(async function SignInPage({ searchParams }: { searchParams: SearchParams }) {
  await requireNoSession();
  const { next: target, error, [SECOND_FACTOR_PARAMETER]: secondFactor } = await searchParams;
  const next = returnTarget(target);
  const providers = webConfig().OAUTH_PROVIDERS.map(({ id, name }) => ({ id, name }));
  const signUp = next === HOME ? '/sign-up' : `/sign-up?next=${encodeURIComponent(next)}`;
  return (
    <AccountPage
      title={SIGN_IN_PAGE.signIn}
      alternative={
        <>
          {SIGN_IN_PAGE.newHere}
          <a href={signUp}>{SIGN_IN_PAGE.createAnAccount}</a>
        </>
      }
    >
      <SessionEndedMessage hasEnded={await hasEndedSession()} />
      {/* A provider has signed the user in: the code alone is missing. */}
      {secondFactor === undefined && providers.length > 0 && (
        <ProviderButtons providers={providers} next={next} error={error} />
      )}
      <SignInForm next={next} awaitsCode={secondFactor !== undefined} />
    </AccountPage>
  );
});

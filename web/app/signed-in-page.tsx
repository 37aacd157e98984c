import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import type { PageSession } from '../auth/session.ts';
import { Announcer } from '../components/announcer.tsx';
import { PageHeader } from '../components/page-header.tsx';
import { webConfig } from '../config.ts';
import { AccountMenu } from '../features/accounts/account-menu.tsx';
import { SignOutButton } from '../features/accounts/sign-out-button.tsx';
import { UnverifiedNotice } from '../features/accounts/unverified-notice.tsx';
import { StepUpProvider } from '../features/security/step-up-provider.tsx';
import { LazyShortcuts } from '../features/shortcuts/lazy-shortcuts.tsx';
import { ApiProvider } from '../graphql/api-provider.tsx';
import { mailMode } from '../mail/mail-mode.ts';

/**
 * What every page of a signed-in user has: step-up, the API client, messages, the header with the account
 * menu and, while the address is not verified, a notice.
 */
export async function SignedInPage({ session: { user }, children }: { session: PageSession; children: ReactNode }) {
  // request-log.ts has put the span of this page there, if traces are recorded.
  const traceparent = (await headers()).get('traceparent') ?? undefined;
  const config = webConfig();
  const isAdmin = user.role === 'ADMIN';
  const isUnverified = !user.emailVerified && mailMode(config) !== 'off';
  const account = (
    <>
      <AccountMenu email={user.email} />
      <SignOutButton />
    </>
  );
  return (
    <StepUpProvider>
      <ApiProvider key={user.id} userId={user.id} apiUrl={config.API_URL} traceparent={traceparent}>
        <Announcer>
          <PageHeader
            audience={isAdmin ? 'admin' : 'user'}
            account={account}
            notice={isUnverified && <UnverifiedNotice />}
          >
            {children}
          </PageHeader>
          <LazyShortcuts />
        </Announcer>
      </ApiProvider>
    </StepUpProvider>
  );
}

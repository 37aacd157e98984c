import type { ReactNode } from 'react';
import type { PageSession } from '../auth/session.ts';
import { PageHeader } from '../components/page-header.tsx';
import { webConfig } from '../config.ts';
import { AccountMenu } from '../features/accounts/account-menu.tsx';
import { SignOutButton } from '../features/accounts/sign-out-button.tsx';
import { ApiProvider } from '../graphql/api-provider.tsx';

/** What every page of a signed-in user has: the API client and the header with the account menu. */
export function SignedInPage({ session: { user }, children }: { session: PageSession; children: ReactNode }) {
  return (
    <ApiProvider key={user.id} userId={user.id} apiUrl={webConfig().API_URL}>
      <PageHeader>
        <AccountMenu email={user.email} isAdmin={user.role === 'ADMIN'} />
        <SignOutButton />
      </PageHeader>
      {children}
    </ApiProvider>
  );
}

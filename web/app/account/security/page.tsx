import type { Metadata } from 'next';
import { requireSession } from '../../../auth/session.ts';
import { PageHeader } from '../../../components/page-header.tsx';
import { webConfig } from '../../../config.ts';
import { SignOutButton } from '../../../features/accounts/sign-out-button.tsx';
import { SecuritySettings } from '../../../features/security/security-settings.tsx';
import { StepUpProvider } from '../../../features/security/step-up-provider.tsx';
import { ApiProvider } from '../../../graphql/api-provider.tsx';
import { orUnavailable } from '../../or-unavailable.tsx';
import styles from './page.module.css';

export const metadata: Metadata = { title: 'Second factor and passkeys' };

/** The second factor and the passkeys of the account. */
export default orUnavailable(async function SecurityPage() {
  const { user } = await requireSession('/account/security');
  return (
    <StepUpProvider>
      <ApiProvider key={user.id} userId={user.id} apiUrl={webConfig().API_URL}>
        <PageHeader email={user.email}>
          <SignOutButton />
        </PageHeader>
        <main className={styles.screen}>
          <h1>Second factor and passkeys</h1>
          <SecuritySettings />
        </main>
      </ApiProvider>
    </StepUpProvider>
  );
});

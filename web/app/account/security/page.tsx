import type { Metadata } from 'next';
import { linkedProviders } from '../../../auth/account-lookups.ts';
import { requireSession } from '../../../auth/session.ts';
import { webConfig } from '../../../config.ts';
import { AccountShell } from '../../../features/accounts/account-shell.tsx';
import { providerErrorMessage } from '../../../features/accounts/provider-errors.ts';
import { ProviderSection } from '../../../features/security/provider-section.tsx';
import { SecuritySettings } from '../../../features/security/security-settings.tsx';
import { orUnavailable } from '../../or-unavailable.tsx';
import { SignedInPage } from '../../signed-in-page.tsx';
import type { SearchParams } from '../../search-params.ts';
import { ACCOUNT_SECURITY_PAGE } from '../../../words.ts';

export const metadata: Metadata = { title: ACCOUNT_SECURITY_PAGE.secondFactorAndPasskeys };

/** The second factor, the passkeys and the linked providers of the account. */
export default orUnavailable(async function SecurityPage({ searchParams }: { searchParams: SearchParams }) {
  const session = await requireSession('/account/security');
  const { error } = await searchParams;
  const configured = webConfig().OAUTH_PROVIDERS;
  const linked = configured.length === 0 ? [] : await linkedProviders(session.user.id);
  const providers = configured.map(({ id, name }) => ({ id, name, linked: linked.includes(id) }));
  return (
    <SignedInPage session={session}>
      <AccountShell path="/account/security" title={ACCOUNT_SECURITY_PAGE.secondFactorAndPasskeys}>
        <SecuritySettings />
        {providers.length > 0 && <ProviderSection providers={providers} failure={providerErrorMessage(error)} />}
      </AccountShell>
    </SignedInPage>
  );
});

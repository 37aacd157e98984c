'use client';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { postAccount } from '../../components/post-account.ts';
import { providerPage } from '../../components/provider-page.ts';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './security.module.css';
import { useProtectedChange } from './use-protected-change.ts';

/** A provider that is configured, and whether the account can sign in with it. */
export interface AccountProvider {
  readonly id: string;
  readonly name: string;
  readonly linked: boolean;
}

/**
 * The providers that sign in to the account, and buttons to link others.
 * @param failure why the provider's page led back without a link; null without a failure
 */
export function ProviderSection({
  providers,
  failure,
}: {
  providers: readonly AccountProvider[];
  failure: string | null;
}) {
  const hydrated = useHydrated();
  const { change, busy, errorMessage } = useProtectedChange();
  const message = errorMessage ?? failure;

  async function link({ id }: AccountProvider) {
    const body = { provider: id, callbackURL: '/account/security' };
    const page = providerPage(await change(() => postAccount('/link-social', body)));
    if (page !== undefined) window.location.assign(page);
  }

  return (
    <Panel title="Other ways to sign in">
      {message !== null && message !== undefined && <Notice>{message}</Notice>}
      <ul className={styles.rows} aria-label="Providers">
        {providers.map((provider) => (
          <li key={provider.id} className={styles.row}>
            <span className={styles.name}>{provider.name}</span>
            {provider.linked ? (
              <span className={styles.soft}>Linked</span>
            ) : (
              <Button
                variant="quiet"
                disabled={!hydrated}
                busy={busy}
                aria-label={`Link ${provider.name}`}
                onClick={() => void link(provider)}
              >
                Link
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

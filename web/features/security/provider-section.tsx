'use client';
import { useState } from 'react';
import { useAnnounce } from '../../components/announcer.tsx';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { postAccount } from '../../components/post-account.ts';
import { providerPage } from '../../components/provider-page.ts';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './security.module.css';
import { useProtectedChange } from './use-protected-change.ts';
import { PROVIDER_SECTION } from '../../words.ts';

/** A provider that is configured, and whether the account can sign in with it. */
export interface AccountProvider {
  readonly id: string;
  readonly name: string;
  readonly linked: boolean;
}

/**
 * The providers that sign in to the account, and buttons to link others and to unlink them.
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
  const announce = useAnnounce();
  const [unlinked, setUnlinked] = useState<ReadonlySet<string>>(new Set());
  const { change, busy, errorMessage } = useProtectedChange();
  const message = errorMessage ?? failure;

  const shown = providers.map((each) => ({ ...each, linked: each.linked && !unlinked.has(each.id) }));

  async function link({ id }: AccountProvider) {
    const body = { provider: id, callbackURL: '/account/security' };
    const page = providerPage(await change(() => postAccount('/link-social', body)));
    if (page !== undefined) window.location.assign(page);
  }

  async function unlink({ id, name }: AccountProvider) {
    if (!(await change(() => postAccount('/unlink-social', { provider: id })))) return;
    announce(`${name} is not linked any more.`);
    setUnlinked((all) => new Set([...all, id]));
  }

  return (
    <Panel title={PROVIDER_SECTION.otherWaysToSign}>
      {message !== null && message !== undefined && <Notice>{message}</Notice>}
      <ul className={styles.rows} aria-label={PROVIDER_SECTION.providers}>
        {shown.map((provider) => (
          <li key={provider.id} className={styles.row}>
            <span className={styles.name}>{provider.name}</span>
            {provider.linked && <span className={styles.soft}>{PROVIDER_SECTION.linked}</span>}
            <Button
              variant="quiet"
              disabled={!hydrated}
              busy={busy}
              aria-label={`${provider.linked ? 'Unlink' : 'Link'} ${provider.name}`}
              onClick={() => void (provider.linked ? unlink(provider) : link(provider))}
            >
              {provider.linked ? PROVIDER_SECTION.unlink : PROVIDER_SECTION.link}
            </Button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

'use client';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { providerPage } from '../../components/provider-page.ts';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './account-form.module.css';
import { accountErrorMessage, postAccount } from '../../components/post-account.ts';
import { providerErrorMessage } from './provider-errors.ts';
import { PROVIDER_BUTTONS } from '../../words.ts';

/** A provider as its button shows it. */
interface ShownProvider {
  readonly id: string;
  readonly name: string;
}

/**
 * One button for each configured provider; the sign-in leads to `next`.
 * @param error the code in the address of the page, not validated
 */
export function ProviderButtons({
  providers,
  next,
  error,
}: {
  providers: readonly ShownProvider[];
  next: string;
  error: unknown;
}) {
  const hydrated = useHydrated();
  const [busy, setBusy] = useState<string>();
  const [message, setMessage] = useState({ text: providerErrorMessage(error), count: 0 });

  async function signIn(provider: string) {
    if (busy !== undefined) return;
    setBusy(provider);
    const result = await postAccount('/sign-in/social', { provider, callbackURL: next });
    const page = result.outcome === 'done' ? providerPage(result.body) : undefined;
    if (page !== undefined) return window.location.assign(page);
    setBusy(undefined);
    const text = accountErrorMessage(result.outcome === 'done' ? { outcome: 'unavailable' } : result);
    setMessage(({ count }) => ({ text, count: count + 1 }));
  }

  return (
    <div className={styles.form}>
      {/* A new element each time, so that screen readers read a repeated message again. */}
      {message.text !== null && <Notice key={message.count}>{message.text}</Notice>}
      {providers.map(({ id, name }) => (
        <Button key={id} type="button" disabled={!hydrated} busy={busy === id} onClick={() => void signIn(id)}>
          {PROVIDER_BUTTONS.signInWith}
          {name}
        </Button>
      ))}
    </div>
  );
}

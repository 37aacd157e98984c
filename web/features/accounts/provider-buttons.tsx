'use client';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './account-form.module.css';
import { accountErrorMessage } from './post-account.ts';
import { providerErrorMessage } from './provider-errors.ts';
import { startProviderSignIn } from './start-provider-sign-in.ts';

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
    const result = await startProviderSignIn(provider, next);
    if (typeof result === 'string') return window.location.assign(result);
    setBusy(undefined);
    setMessage(({ count }) => ({ text: accountErrorMessage(result), count: count + 1 }));
  }

  return (
    <div className={styles.form}>
      {/* A new element each time, so that screen readers read a repeated message again. */}
      {message.text !== null && <Notice key={message.count}>{message.text}</Notice>}
      {providers.map(({ id, name }) => (
        <Button key={id} type="button" disabled={!hydrated} busy={busy === id} onClick={() => void signIn(id)}>
          Sign in with {name}
        </Button>
      ))}
    </div>
  );
}

'use client';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import { accountErrorMessage, postAccount } from './post-account.ts';
import styles from './account-form.module.css';
import { credentials } from './credentials.ts';
import { EmailField } from './email-field.tsx';
import { PasswordField } from './password-field.tsx';

/** Signs in, and goes to `next`. */
export function SignInForm({ next }: { next: string }) {
  const hydrated = useHydrated();
  const [busy, setBusy] = useState(false);
  const [errorMessage, setErrorMessage] = useState<{ text: string; count: number }>();

  async function signIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    setBusy(true);
    const result = await postAccount('/sign-in/email', credentials(form));
    // A whole new page: nothing of an earlier user is left in it, and password managers see that it worked.
    if (result.outcome === 'done') return window.location.replace(next);
    setBusy(false);
    const text =
      result.outcome === 'refused' && result.code === 'INVALID_EMAIL_OR_PASSWORD'
        ? 'The e-mail address or the password is not right.'
        : accountErrorMessage(result);
    setErrorMessage((last) => ({ text, count: (last?.count ?? 0) + 1 }));
    form.querySelector<HTMLInputElement>('[name=password]')?.select();
  }

  return (
    // "post": before scripts have come, a password must not end up in the address.
    <form className={styles.form} method="post" onSubmit={signIn}>
      {/* A new element each time, so that the same words are read out again. */}
      {errorMessage && <Notice key={errorMessage.count}>{errorMessage.text}</Notice>}
      <EmailField />
      <PasswordField label="Password" autoComplete="current-password" required />
      <Button variant="primary" type="submit" disabled={!hydrated} busy={busy}>
        {busy ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  );
}

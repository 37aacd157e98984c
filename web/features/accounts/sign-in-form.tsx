'use client';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { signInPath } from '../../auth/return-target.ts';
import { useErrorMessage } from '../../components/use-error-message.ts';
import { useHydrated } from '../../components/use-hydrated.ts';
import { passkeyErrorMessage, askPasskey } from '../../components/passkey.ts';
import { type AccountResult, accountErrorMessage, postAccount } from '../../components/post-account.ts';
import styles from './account-form.module.css';
import { carriedEmail } from './carried-email.ts';
import { credentials } from './credentials.ts';
import { EmailField } from './email-field.tsx';
import { SecondFactorForm } from './second-factor-form.tsx';
import { PasswordField } from './password-field.tsx';
import { PageLink } from './page-link.tsx';
import { SIGN_IN_FORM } from '../../words.ts';

/** Whether the password was right, and the sign-in waits for the second factor. */
const awaitsSecondFactor = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && 'twoFactorRedirect' in body && body.twoFactorRedirect === true;

/** Whether strangers have used up the guesses at the account: its owner gets in with a mail at once. */
const isLongWait = (result: AccountResult): boolean => result.outcome === 'rate-limited' && result.seconds > 60;

interface SignInFormProps {
  /** The page to open after the sign-in. */
  readonly next: string;
  /** Whether a provider has signed the user in, and the second factor is missing. */
  readonly awaitsCode: boolean;
}

/** The sign-in form. */
export function SignInForm({ next, awaitsCode: awaitsCodeAtFirst }: SignInFormProps) {
  const hydrated = useHydrated();
  const [busy, setBusy] = useState(false);
  const [awaitsCode, setAwaitsCode] = useState(awaitsCodeAtFirst);
  const { errorMessage, showError } = useErrorMessage();
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => {
    const email = carriedEmail(window.location.hash);
    const field = form.current?.querySelector<HTMLInputElement>('[name=email]');
    if (email === null || !field) return;
    field.value ||= email;
    form.current?.querySelector<HTMLInputElement>('[name=password]')?.focus();
    window.history.replaceState(null, '', window.location.pathname + window.location.search);
  }, []);

  async function signIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const element = event.currentTarget;
    setBusy(true);
    const result = await postAccount('/sign-in/email', credentials(element));
    // A full page load: no data of an earlier user remains, and password managers notice the sign-in.
    if (result.outcome === 'done' && !awaitsSecondFactor(result.body)) return window.location.replace(next);
    setBusy(false);
    if (result.outcome === 'done') return setAwaitsCode(true);
    const text =
      result.outcome === 'rejected' && result.code === 'INVALID_EMAIL_OR_PASSWORD'
        ? SIGN_IN_FORM.wrongPassword
        : accountErrorMessage(result) + (isLongWait(result) ? SIGN_IN_FORM.youNeedNotWait : '');
    showError(text);
    element.querySelector<HTMLInputElement>('[name=password]')?.select();
  }

  async function signInWithPasskey() {
    setBusy(true);
    const result = await askPasskey('/passkey/verify-authentication');
    if (result.outcome === 'done') return window.location.replace(next);
    setBusy(false);
    showError(passkeyErrorMessage(result));
  }

  // A new page: the buttons of the providers are on it.
  if (awaitsCode) return <SecondFactorForm next={next} onRestart={() => window.location.replace(signInPath(next))} />;
  return (
    // "post": if the form is submitted before scripts have loaded, the password must not get into the URL.
    <form ref={form} className={styles.form} method="post" onSubmit={signIn}>
      {/* A new element each time, so that screen readers read a repeated message again. */}
      {errorMessage && <Notice key={errorMessage.count}>{errorMessage.text}</Notice>}
      <EmailField />
      <PasswordField label={SIGN_IN_FORM.password} autoComplete="current-password" required />
      <PageLink to="/forgot-password">{SIGN_IN_FORM.forgotPassword}</PageLink>
      <Button variant="primary" type="submit" disabled={!hydrated} busy={busy}>
        {busy ? SIGN_IN_FORM.signingIn : SIGN_IN_FORM.signIn}
      </Button>
      <Button disabled={!hydrated} busy={busy} onClick={signInWithPasskey}>
        {SIGN_IN_FORM.withAPasskey}
      </Button>
    </form>
  );
}

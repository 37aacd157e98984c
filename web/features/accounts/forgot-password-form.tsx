'use client';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { formText } from '../../components/form-text.ts';
import { Notice } from '../../components/notice.tsx';
import { useErrorMessage } from '../../components/use-error-message.ts';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './account-form.module.css';
import { EmailField } from './email-field.tsx';
import { postAccount } from '../../components/post-account.ts';
import { mailErrorMessage } from './mail-error-message.ts';
import { Message } from './message.tsx';
import { FORGOT_PASSWORD_FORM } from '../../words.ts';

/** The form that asks for a link to set a new password. It says the same whether or not the address has an account. */
export function ForgotPasswordForm() {
  const hydrated = useHydrated();
  const [busy, setBusy] = useState(false);
  const [sentTo, setSentTo] = useState<string>();
  const { errorMessage, showError } = useErrorMessage();

  async function askForLink(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const email = formText(new FormData(event.currentTarget), 'email').trim();
    setBusy(true);
    const result = await postAccount('/request-password-reset', { email });
    setBusy(false);
    if (result.outcome === 'done') return setSentTo(email);
    const text =
      result.outcome === 'rejected' && result.code === 'VALIDATION_ERROR'
        ? FORGOT_PASSWORD_FORM.invalid
        : mailErrorMessage(result);
    showError(text);
  }

  if (sentTo !== undefined)
    return (
      <Message>
        <p>
          {FORGOT_PASSWORD_FORM.ifIt}
          {sentTo}
          {FORGOT_PASSWORD_FORM.hasAnAccountA}
        </p>
        <p>{FORGOT_PASSWORD_FORM.noMailLookInto}</p>
        <Button onClick={() => setSentTo(undefined)}>{FORGOT_PASSWORD_FORM.tryAnotherAddress}</Button>
      </Message>
    );
  return (
    <form className={styles.form} method="post" onSubmit={askForLink}>
      {errorMessage && <Notice key={errorMessage.count}>{errorMessage.text}</Notice>}
      <p>{FORGOT_PASSWORD_FORM.enterTheEmailAddress}</p>
      <EmailField />
      <Button variant="primary" type="submit" disabled={!hydrated} busy={busy}>
        {busy ? FORGOT_PASSWORD_FORM.sending : FORGOT_PASSWORD_FORM.sendTheLink}
      </Button>
    </form>
  );
}

'use client';
import type { FormEvent } from 'react';
import { Button } from '../../components/button.tsx';
import { DoneMessage } from '../../components/done-message.tsx';
import { formText } from '../../components/form-text.ts';
import { Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import { PasswordField } from './password-field.tsx';
import styles from './profile-form.module.css';
import { useAccountAction } from './use-account-action.ts';

/** The codes that belong to a field of the form, and its name. */
const FIELDS: Readonly<Record<string, string>> = {
  VALIDATION_ERROR: 'newEmail',
  EMAIL_UNCHANGED: 'newEmail',
  INVALID_PASSWORD: 'password',
};

/** The form that asks for a change of the e-mail address, which takes effect when the new address is confirmed. */
export function ChangeEmailForm() {
  const hydrated = useHydrated();
  const { act, busy, error, doneMessage } = useAccountAction({
    VALIDATION_ERROR: 'Please enter an e-mail address.',
    EMAIL_UNCHANGED: 'This is your e-mail address already.',
    INVALID_PASSWORD: 'Wrong password.',
  });
  const field = error && FIELDS[error.code];
  const errorOf = (name: string) => (field === name ? error?.text : undefined);

  async function change(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const data = new FormData(form);
    const newEmail = formText(data, 'newEmail').trim();
    const requested = await act(
      '/change-email',
      { newEmail, password: formText(data, 'password') },
      `Open the link in the mail to ${newEmail}. Until then your present address stays in use.`,
    );
    if (requested) form.reset();
  }

  return (
    <form className={styles.form} method="post" noValidate onSubmit={change}>
      {error && field === undefined && <Notice key={error.count}>{error.text}</Notice>}
      {doneMessage && <DoneMessage>{doneMessage}</DoneMessage>}
      <TextField
        label="New e-mail address"
        name="newEmail"
        type="email"
        autoComplete="email"
        inputMode="email"
        autoCapitalize="none"
        spellCheck={false}
        required
        error={errorOf('newEmail')}
      />
      <PasswordField label="Password" autoComplete="current-password" required error={errorOf('password')} />
      <Button variant="primary" type="submit" disabled={!hydrated} busy={busy}>
        {busy ? 'Sending…' : 'Change address'}
      </Button>
    </form>
  );
}

'use client';
import type { FormEvent } from 'react';
import { Button } from '../../components/button.tsx';
import { DoneMessage } from '../../components/done-message.tsx';
import { formText } from '../../components/form-text.ts';
import { Notice } from '../../components/notice.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './profile-form.module.css';
import { useAccountAction } from './use-account-action.ts';
import { CHANGE_EMAIL_FORM } from '../../words.ts';

/** The codes that belong to the field. */
const FIELD_CODES = ['VALIDATION_ERROR', 'EMAIL_UNCHANGED'];

/** The form that asks for a change of the e-mail address, which takes effect when the new address is confirmed. */
export function ChangeEmailForm() {
  const hydrated = useHydrated();
  const { act, busy, error, doneMessage } = useAccountAction({
    VALIDATION_ERROR: CHANGE_EMAIL_FORM.invalid,
    EMAIL_UNCHANGED: CHANGE_EMAIL_FORM.unchanged,
  });
  const fieldError = error && FIELD_CODES.includes(error.code) ? error.text : undefined;

  async function change(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const newEmail = formText(new FormData(form), 'newEmail').trim();
    const requested = await act('/change-email', { newEmail }, CHANGE_EMAIL_FORM.sent(newEmail));
    if (requested) form.reset();
  }

  return (
    <form className={styles.form} method="post" noValidate onSubmit={change}>
      {error && fieldError === undefined && <Notice key={error.count}>{error.text}</Notice>}
      {doneMessage && <DoneMessage>{doneMessage}</DoneMessage>}
      <TextField
        label={CHANGE_EMAIL_FORM.newEmailAddress}
        name="newEmail"
        type="email"
        autoComplete="email"
        inputMode="email"
        autoCapitalize="none"
        spellCheck={false}
        required
        error={fieldError}
      />
      <Button variant="primary" type="submit" disabled={!hydrated} busy={busy}>
        {busy ? CHANGE_EMAIL_FORM.sending : CHANGE_EMAIL_FORM.changeAddress}
      </Button>
    </form>
  );
}

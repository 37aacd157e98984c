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
import { PROFILE_FORM } from '../../words.ts';

/** The form that changes the name. */
export function ProfileForm({ name }: { name: string }) {
  const hydrated = useHydrated();
  const { act, busy, error, doneMessage } = useAccountAction({ NAME_NOT_VALID: PROFILE_FORM.invalid });
  const nameError = error?.code === 'NAME_NOT_VALID' ? error.text : undefined;

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const saved = await act('/update-user', { name: formText(new FormData(form), 'name') }, PROFILE_FORM.saved);
    if (!saved) form.querySelector('input')?.focus();
  }

  return (
    <form className={styles.form} method="post" onSubmit={save}>
      {error && nameError === undefined && <Notice key={error.count}>{error.text}</Notice>}
      {doneMessage && <DoneMessage>{doneMessage}</DoneMessage>}
      <TextField
        label={PROFILE_FORM.name}
        name="name"
        defaultValue={name}
        autoComplete="name"
        required
        error={nameError}
      />
      <Button variant="primary" type="submit" disabled={!hydrated} busy={busy}>
        {busy ? PROFILE_FORM.saving : PROFILE_FORM.saveName}
      </Button>
    </form>
  );
}

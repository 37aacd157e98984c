'use client';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import { formText } from '../../components/form-text.ts';
import { Notice } from '../../components/notice.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import { useForgetSession } from '../../graphql/api-provider.tsx';
import { PasswordField } from './password-field.tsx';
import styles from './account-section.module.css';
import { useAccountAction } from './use-account-action.ts';

/**
 * The button that deletes the account, after a dialog that asks for the password.
 * @param hasPassword false for an account that signs in with another provider
 */
export function DeleteAccount({ hasPassword }: { hasPassword: boolean }) {
  const hydrated = useHydrated();
  const forgetSession = useForgetSession();
  const [open, setOpen] = useState(false);
  const { act, busy, error } = useAccountAction({
    INVALID_PASSWORD: 'Wrong password.',
    STEP_UP_REQUIRED: 'Nothing was deleted, because you did not sign in again.',
  });

  async function deleteAccount(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = event.currentTarget;
    const password = formText(new FormData(form), 'password');
    if (await act('/delete-user', hasPassword ? { password } : {}, 'Your account was deleted.')) return forgetSession();
    form.querySelector<HTMLInputElement>('[name=password]')?.select();
  }

  const wrong = error?.code === 'INVALID_PASSWORD' ? error.text : undefined;
  return (
    <div className={styles.section}>
      <Button variant="danger" disabled={!hydrated} onClick={() => setOpen(true)}>
        Delete account…
      </Button>
      {open && (
        <Dialog title="Delete your account?" onClose={() => setOpen(false)}>
          <form className={styles.section} method="post" onSubmit={deleteAccount}>
            <p>Your tasks and everything else in your account are deleted at once. This cannot be undone.</p>
            {error && wrong === undefined && <Notice key={error.count}>{error.text}</Notice>}
            {hasPassword && <PasswordField label="Password" autoComplete="current-password" required error={wrong} />}
            <div className={styles.buttons}>
              <Button onClick={({ currentTarget }) => closeDialog(currentTarget)}>Keep it</Button>
              <Button variant="danger" type="submit" busy={busy}>
                {busy ? 'Deleting…' : 'Delete account'}
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </div>
  );
}

'use client';
import { type FormEvent, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import { useForgetSession } from '../../graphql/api-provider.tsx';
import styles from './account-section.module.css';
import { useAccountAction } from './use-account-action.ts';
import { DELETE_ACCOUNT } from '../../words.ts';

/** The button that deletes the account, after a dialog that asks for confirmation. */
export function DeleteAccount() {
  const hydrated = useHydrated();
  const forgetSession = useForgetSession();
  const [open, setOpen] = useState(false);
  const { act, busy, error } = useAccountAction({
    STEP_UP_REQUIRED: DELETE_ACCOUNT.stepUp,
  });

  async function deleteAccount(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (await act('/delete-user', {}, DELETE_ACCOUNT.deleted)) forgetSession();
  }

  return (
    <div className={styles.section}>
      <Button variant="danger" disabled={!hydrated} onClick={() => setOpen(true)}>
        {DELETE_ACCOUNT.deleteAccount}
      </Button>
      {open && (
        <Dialog title={DELETE_ACCOUNT.deleteYourAccount} onClose={() => setOpen(false)}>
          <form className={styles.section} method="post" onSubmit={deleteAccount}>
            <p>{DELETE_ACCOUNT.yourTasksAndEverything}</p>
            {error && <Notice key={error.count}>{error.text}</Notice>}
            <div className={styles.buttons}>
              <Button onClick={({ currentTarget }) => closeDialog(currentTarget)}>{DELETE_ACCOUNT.keepIt}</Button>
              <Button variant="danger" type="submit" busy={busy}>
                {busy ? DELETE_ACCOUNT.deleting : DELETE_ACCOUNT.deleteAccount3}
              </Button>
            </div>
          </form>
        </Dialog>
      )}
    </div>
  );
}

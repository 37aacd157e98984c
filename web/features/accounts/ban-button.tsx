'use client';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import { DoneMessage } from '../../components/done-message.tsx';
import { Notice } from '../../components/notice.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './account-section.module.css';
import { useAccountAction } from './use-account-action.ts';
import { BAN_BUTTON } from '../../words.ts';

/** Bans a user, after a question, or lifts the ban. */
export function BanButton({ userId, email, banned }: { userId: string; email: string; banned: boolean }) {
  const hydrated = useHydrated();
  const [open, setOpen] = useState(false);
  const [isBanned, setIsBanned] = useState(banned);
  const { act, busy, error, doneMessage } = useAccountAction();

  async function change() {
    const done = isBanned
      ? await act('/admin/unban-user', { userId }, BAN_BUTTON.lifted(email))
      : await act('/admin/ban-user', { userId }, BAN_BUTTON.banned(email));
    if (done) setIsBanned(!isBanned);
  }

  return (
    <div className={styles.section}>
      {error && <Notice key={error.count}>{error.text}</Notice>}
      {doneMessage && <DoneMessage>{doneMessage}</DoneMessage>}
      {isBanned ? (
        <Button disabled={!hydrated} busy={busy} onClick={() => void change()}>
          {BAN_BUTTON.liftTheBan}
        </Button>
      ) : (
        <Button variant="danger" disabled={!hydrated} busy={busy} onClick={() => setOpen(true)}>
          {BAN_BUTTON.banThisUser}
        </Button>
      )}
      {open && (
        <Dialog title={BAN_BUTTON.banThisUser4} onClose={() => setOpen(false)}>
          <div className={styles.section}>
            <p>
              {email}
              {BAN_BUTTON.isSignedOutOn}
            </p>
            <div className={styles.buttons}>
              <Button onClick={({ currentTarget }) => closeDialog(currentTarget)}>{BAN_BUTTON.cancel}</Button>
              <Button
                variant="danger"
                onClick={({ currentTarget }) => {
                  closeDialog(currentTarget);
                  void change();
                }}
              >
                {BAN_BUTTON.ban}
              </Button>
            </div>
          </div>
        </Dialog>
      )}
    </div>
  );
}

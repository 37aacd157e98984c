'use client';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import { postAccount } from '../../components/post-account.ts';
import { mailErrorMessage } from './mail-error-message.ts';
import styles from './unverified-notice.module.css';
import { UNVERIFIED_NOTICE } from '../../words.ts';

/** Says that the user's e-mail address is not confirmed yet, with a button that sends the mail again. */
export function UnverifiedNotice() {
  const hydrated = useHydrated();
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState('');

  async function sendAgain() {
    setBusy(true);
    setMessage('');
    const result = await postAccount('/send-verification-email', {});
    setBusy(false);
    setMessage(result.outcome === 'done' ? UNVERIFIED_NOTICE.sent : mailErrorMessage(result));
  }

  return (
    <aside className={styles.bar} aria-label={UNVERIFIED_NOTICE.yourEmailAddress}>
      <div className={styles.inner}>
        <p className={styles.text}>
          {UNVERIFIED_NOTICE.pleaseConfirmYourEmail}
          <output>{message && ` ${message}`}</output>
        </p>
        <Button variant="quiet" onClick={sendAgain} disabled={!hydrated} busy={busy}>
          {busy ? UNVERIFIED_NOTICE.sending : UNVERIFIED_NOTICE.sendAgain}
        </Button>
      </div>
    </aside>
  );
}

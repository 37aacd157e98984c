'use client';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import { postAccount } from '../../components/post-account.ts';
import { mailErrorMessage } from './mail-error-message.ts';
import styles from './unverified-notice.module.css';

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
    setMessage(result.outcome === 'done' ? 'A new mail is on its way.' : mailErrorMessage(result));
  }

  return (
    <aside className={styles.bar} aria-label="Your e-mail address">
      <div className={styles.inner}>
        <p className={styles.text}>
          Please confirm your e-mail address: open the link in the mail that was sent to it.
          <output>{message && ` ${message}`}</output>
        </p>
        <Button variant="quiet" onClick={sendAgain} disabled={!hydrated} busy={busy}>
          {busy ? 'Sending…' : 'Send again'}
        </Button>
      </div>
    </aside>
  );
}

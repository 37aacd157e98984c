'use client';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './unverified-notice.module.css';
import { LAZILY, UNVERIFIED_NOTICE } from '../../words.ts';

// Not in the first load of every page.
const load = () => import('./send-verification.ts');

/** Says that the user's e-mail address is not confirmed yet, with a button that sends the mail again. */
export function UnverifiedNotice() {
  const hydrated = useHydrated();
  const [busy, setBusy] = useState(false);
  const [message, setMessage] = useState('');

  async function sendAgain() {
    setBusy(true);
    setMessage('');
    const failure = await load().then(
      ({ sendVerification }) => sendVerification(),
      () => LAZILY.notLoaded,
    );
    setBusy(false);
    setMessage(failure ?? UNVERIFIED_NOTICE.sent);
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

'use client';
import { useEffect, useState } from 'react';
import { takeSessionEndNote } from '../../graphql/session-end-note.ts';
import styles from './session-ended-message.module.css';

/**
 * Says on the sign-in page why the user is there, if the session has ended.
 * @param hasEnded whether the browser sent the cookie of a session that has ended
 */
export function SessionEndedMessage({ hasEnded }: { hasEnded: boolean }) {
  const [shown, setShown] = useState(hasEnded);
  useEffect(() => {
    if (takeSessionEndNote()) setShown(true);
  }, []);
  return (
    // Always in the page: screen readers announce changes of a live region, not a new one.
    <div role="status" className={styles.status}>
      {shown && <p className={styles.message}>Your session has ended. Sign in to go on.</p>}
    </div>
  );
}

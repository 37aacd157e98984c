'use client';
import { useSyncExternalStore } from 'react';
import { takeSessionEndNote } from '../../graphql/session-end-note.ts';
import styles from './session-ended-message.module.css';

const noSubscription = () => () => undefined;

/**
 * Says on the sign-in page why the user is there, if the session has ended.
 * @param hasEnded whether the browser sent the cookie of a session that has ended
 */
export function SessionEndedMessage({ hasEnded }: { hasEnded: boolean }) {
  // A page that ended the session in this browser has left a note: the cookie may be gone.
  const isNoted = useSyncExternalStore(noSubscription, takeSessionEndNote, () => false);
  return (
    // Always in the page: screen readers announce changes of a live region, not a new one.
    <output className={styles.status}>
      {(hasEnded || isNoted) && <span className={styles.message}>Your session has ended. Sign in to go on.</span>}
    </output>
  );
}

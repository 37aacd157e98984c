'use client';
import { useSyncExternalStore } from 'react';
import { takeSessionEndNote } from '../../graphql/session-end-note.ts';
import styles from './session-ended-message.module.css';
import { SESSION_ENDED_MESSAGE } from '../../words.ts';

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
      {(hasEnded || isNoted) && <span className={styles.message}>{SESSION_ENDED_MESSAGE.yourSessionHasEnded}</span>}
    </output>
  );
}

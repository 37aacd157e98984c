'use client';
import type { ConnectionState } from '../graphql/connection.ts';
import { useConnection } from '../graphql/connection-context.ts';
import { Button } from './button.tsx';
import styles from './connection-banner.module.css';
import { CONNECTION_BANNER } from '../words.ts';

/** Says while Fieldgate does not answer that it does not, and afterwards that it does again. */
export function ConnectionBanner() {
  const { state, check } = useConnection();
  return <ConnectionMessage state={state} onCheck={check} />;
}

/** The banner in one of its states; empty while all is well. */
export function ConnectionMessage({ state, onCheck }: { state: ConnectionState; onCheck: () => void }) {
  return (
    // Always in the page: screen readers announce changes of a live region, not a new one.
    <output>
      {state !== 'connected' && (
        <span className={styles.banner} data-state={state}>
          <span className={styles.text}>{CONNECTION_BANNER[state]}</span>
          {state !== 'returned' && <Button onClick={onCheck}>{CONNECTION_BANNER.tryNow}</Button>}
        </span>
      )}
    </output>
  );
}

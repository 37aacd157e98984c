import type { ReactNode } from 'react';
import styles from './notice.module.css';

/** An error message with an optional action; screen readers announce it at once. */
export function Notice({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className={styles.notice} role="alert">
      <p>{children}</p>
      {action}
    </div>
  );
}

import type { ReactNode } from 'react';
import styles from './notice.module.css';

/** Says what went wrong, at once also to a screen reader, and what can be done about it. */
export function Notice({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className={styles.notice} role="alert">
      <p>{children}</p>
      {action}
    </div>
  );
}

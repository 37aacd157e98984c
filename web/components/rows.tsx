import type { ReactNode } from 'react';
import styles from './rows.module.css';

/** A list of rows. */
export function Rows({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={styles.rows} aria-label={label}>
      {children}
    </ul>
  );
}

interface RowProps {
  readonly name: ReactNode;
  /** Continues the name in red: what went wrong. */
  readonly problem?: string | undefined;
  readonly details: readonly ReactNode[];
  readonly action?: ReactNode;
}

/** A row: its name, a line of details, and at most one action. */
export function Row({ name, problem, details, action }: RowProps) {
  return (
    <li className={styles.row}>
      <div className={styles.body}>
        <span className={styles.name}>
          {name}
          {problem !== undefined && <span className={styles.bad}>: {problem}</span>}
        </span>
        <span className={styles.details}>
          {details.filter(Boolean).map((detail, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- the details of a row keep their places
            <span key={index}>{detail}</span>
          ))}
        </span>
      </div>
      {action}
    </li>
  );
}

import type { ReactNode } from 'react';
import { Brand } from './brand.tsx';
import styles from './page-header.module.css';

/** The header of pages for signed-in users: the brand, and what belongs to the account. */
export function PageHeader({ children }: { children: ReactNode }) {
  return (
    <header className={styles.bar}>
      <div className={styles.inner}>
        <Brand />
        <div className={styles.account}>{children}</div>
      </div>
    </header>
  );
}

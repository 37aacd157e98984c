import type { ReactNode } from 'react';
import { Brand } from './brand.tsx';
import styles from './page-header.module.css';

/** The header of pages for signed-in users: brand, the user's address, and actions. */
export function PageHeader({ email, children }: { email: string; children: ReactNode }) {
  return (
    <header className={styles.bar}>
      <div className={styles.inner}>
        <Brand />
        <div className={styles.account}>
          <span className={styles.email} title={email}>
            {email}
          </span>
          {children}
        </div>
      </div>
    </header>
  );
}

import type { ReactNode } from 'react';
import { Brand } from './brand.tsx';
import styles from './page-header.module.css';

/** The bar on top of the pages of somebody signed in: where they are, who they are, the way out. */
export function PageHeader({ email, children }: { email: string; children: ReactNode }) {
  return (
    <header className={styles.bar}>
      <div className={styles.inner}>
        <Brand />
        <div className={styles.account}>
          <span className={styles.who} title={email}>
            {email}
          </span>
          {children}
        </div>
      </div>
    </header>
  );
}

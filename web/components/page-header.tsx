import type { ReactNode } from 'react';
import { Brand } from './brand.tsx';
import { SiteLinks } from './site-links.tsx';
import styles from './page-header.module.css';

/** The header of every page with content: the brand, the links, and what belongs to the account. */
export function PageHeader({ children }: { children: ReactNode }) {
  return (
    <header className={styles.bar}>
      <div className={styles.inner}>
        <Brand />
        <SiteLinks />
        <div className={styles.account}>{children}</div>
      </div>
    </header>
  );
}

import type { ReactNode } from 'react';
import { Brand } from './brand.tsx';
import { type Audience, SiteLinks } from './site-links.tsx';
import styles from './page-header.module.css';
import { PAGE_HEADER } from '../words.ts';

interface PageHeaderProps {
  readonly audience: Audience;
  /** What belongs to the account, at the end of the header. */
  readonly account: ReactNode;
  /** Between the header and the page, and skipped with the header. */
  readonly notice?: ReactNode;
  /** The page below the header. */
  readonly children: ReactNode;
}

/** The header of every page with content: the brand, the links and the account; and the page below it. */
export function PageHeader({ audience, account, notice, children }: PageHeaderProps) {
  return (
    <>
      <a className={styles.skip} href="#content">
        {PAGE_HEADER.skipToContent}
      </a>
      <header className={styles.bar}>
        <div className={styles.inner}>
          <Brand href={audience === 'visitor' ? '/' : '/tasks'} />
          <SiteLinks audience={audience} />
          <div className={styles.account}>{account}</div>
        </div>
      </header>
      {notice}
      {/* Takes the focus from the link above: the next Tab goes to what follows. */}
      <div id="content" className={styles.content} tabIndex={-1}>
        {children}
      </div>
    </>
  );
}

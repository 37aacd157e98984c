import type { ReactNode } from 'react';
import { Brand } from '../../components/brand.tsx';
import styles from './account-page.module.css';
import { ACCOUNT_PAGE } from '../../words.ts';

interface AccountPageProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Below the form: the link to the other account page. */
  readonly alternative: ReactNode;
}

/** The layout of the sign-up and sign-in pages: one form, centred. */
export function AccountPage({ title, children, alternative }: AccountPageProps) {
  return (
    <div className={styles.page}>
      <header className={styles.brand}>
        <Brand />
      </header>
      <main className={styles.card}>
        <h1 className={styles.title}>{title}</h1>
        <noscript>
          <p>{ACCOUNT_PAGE.fieldgateNeedsJavascriptPlease}</p>
        </noscript>
        {children}
      </main>
      <footer className={styles.alternative}>{alternative}</footer>
    </div>
  );
}

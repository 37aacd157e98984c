import type { ReactNode } from 'react';
import { ReloadWhenRestored } from '../../components/reload-when-restored.tsx';
import styles from './account-shell.module.css';

/** The account pages in the order of their navigation. */
const PAGES = [
  ['/account', 'Profile'],
  ['/account/password', 'Password'],
  ['/account/security', 'Second factor'],
  ['/account/devices', 'Devices'],
  ['/account/activity', 'Activity'],
  ['/account/data', 'Your data'],
] as const;

/** The path of an account page. */
export type AccountPath = (typeof PAGES)[number][0];

/** The layout of the account pages: their navigation, the title and the content of one. */
export function AccountShell({ path, title, children }: { path: AccountPath; title: string; children: ReactNode }) {
  return (
    <>
      <main className={styles.shell}>
        <nav className={styles.nav} aria-label="Account">
          <ul>
            {PAGES.map(([href, label]) => (
              <li key={href}>
                {/* oxlint-disable-next-line nextjs/no-html-link-for-pages -- a full page load reads the session again */}
                <a href={href} aria-current={href === path ? 'page' : undefined}>
                  {label}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div className={styles.content}>
          <h1 className={styles.title}>{title}</h1>
          {children}
        </div>
      </main>
      <ReloadWhenRestored />
    </>
  );
}

import { Download, History, KeyRound, MonitorSmartphone, ShieldCheck, User } from 'lucide-react';
import type { ReactNode } from 'react';
import { ReloadWhenRestored } from '../../components/reload-when-restored.tsx';
import styles from './account-shell.module.css';
import { ACCOUNT_SHELL } from '../../words.ts';

/** The account pages in the order of their navigation. */
const PAGES = [
  ['/account', ACCOUNT_SHELL.profile, User],
  ['/account/password', ACCOUNT_SHELL.password, KeyRound],
  ['/account/security', ACCOUNT_SHELL.secondFactor, ShieldCheck],
  ['/account/devices', ACCOUNT_SHELL.devices, MonitorSmartphone],
  ['/account/activity', ACCOUNT_SHELL.activity, History],
  ['/account/data', ACCOUNT_SHELL.yourData, Download],
] as const;

/** The path of an account page. */
export type AccountPath = (typeof PAGES)[number][0];

/** The layout of the account pages: their navigation, the title and the content of one. */
export function AccountShell({ path, title, children }: { path: AccountPath; title: string; children: ReactNode }) {
  return (
    <>
      <main className={`${styles.shell} ${styles.withNavigation}`}>
        <nav className={styles.nav} aria-label={ACCOUNT_SHELL.account}>
          <ul>
            {PAGES.map(([href, label, Icon]) => (
              <li key={href}>
                {/* oxlint-disable-next-line nextjs/no-html-link-for-pages -- a full page load reads the session again */}
                <a href={href} aria-current={href === path ? 'page' : undefined}>
                  <Icon className={styles.icon} />
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

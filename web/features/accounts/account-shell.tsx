import { Download, History, KeyRound, MonitorSmartphone, ShieldCheck, User } from 'lucide-react';
import type { ReactNode } from 'react';
import { ReloadWhenRestored } from '../../components/reload-when-restored.tsx';
import styles from './account-shell.module.css';

/** The account pages in the order of their navigation. */
const PAGES = [
  ['/account', 'Profile', User],
  ['/account/password', 'Password', KeyRound],
  ['/account/security', 'Second factor', ShieldCheck],
  ['/account/devices', 'Devices', MonitorSmartphone],
  ['/account/activity', 'Activity', History],
  ['/account/data', 'Your data', Download],
] as const;

/** The path of an account page. */
export type AccountPath = (typeof PAGES)[number][0];

/** The layout of the account pages: their navigation, the title and the content of one. */
export function AccountShell({ path, title, children }: { path: AccountPath; title: string; children: ReactNode }) {
  return (
    <>
      <main className={`${styles.shell} ${styles.withNavigation}`}>
        <nav className={styles.nav} aria-label="Account">
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

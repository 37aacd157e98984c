import styles from './account-menu.module.css';
import { ACCOUNT_MENU } from '../../words.ts';

const LINKS = [
  ['/account', ACCOUNT_MENU.yourAccount],
  ['/account/devices', ACCOUNT_MENU.devices],
  ['/account/activity', ACCOUNT_MENU.activity],
] as const;

/** The menu of a signed-in user in the header. A native popover: it opens, closes and keeps the focus without a script. */
export function AccountMenu({ email }: { email: string }) {
  return (
    <>
      <button
        type="button"
        className={styles.trigger}
        popoverTarget="account-menu"
        aria-label={ACCOUNT_MENU.account(email)}
      >
        <span className={styles.email}>{email}</span>
        <svg className={styles.arrow} viewBox="0 0 12 12" aria-hidden="true">
          <path d="m2 4 4 4 4-4" />
        </svg>
      </button>
      <div id="account-menu" className={styles.menu} popover="auto">
        <p className={styles.identity}>{email}</p>
        <nav aria-label={ACCOUNT_MENU.accountMenu}>
          <ul>
            {LINKS.map(([href, label]) => (
              <li key={href}>
                <a href={href}>{label}</a>
              </li>
            ))}
          </ul>
        </nav>
      </div>
    </>
  );
}

import styles from './pager.module.css';
import { PAGER } from '../words.ts';

/** Links to the next page of a list, newest first, and back to its start. They need no script. */
export function Pager({ newest, older }: { newest: string | null; older: string | null }) {
  if (newest === null && older === null) return null;
  return (
    <nav className={styles.pager} aria-label={PAGER.pages}>
      {newest !== null && <a href={newest}>{PAGER.newestEvents}</a>}
      {older !== null && <a href={older}>{PAGER.olderEvents}</a>}
    </nav>
  );
}

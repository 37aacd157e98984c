import styles from './pager.module.css';

/** Links to the next page of a list, newest first, and back to its start. They need no script. */
export function Pager({ newest, older }: { newest: string | null; older: string | null }) {
  if (newest === null && older === null) return null;
  return (
    <nav className={styles.pager} aria-label="Pages">
      {newest !== null && <a href={newest}>Newest events</a>}
      {older !== null && <a href={older}>Older events</a>}
    </nav>
  );
}

import styles from './list-skeleton.module.css';

/** What stands in the list's place while it is on its way. */
export function ListSkeleton() {
  return (
    <div className={styles.skeleton} role="status" aria-label="Fetching your tasks">
      <span />
      <span />
      <span />
    </div>
  );
}

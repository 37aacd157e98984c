import styles from './list-skeleton.module.css';

/** What stands in the list's place while it is on its way. */
export function ListSkeleton() {
  return (
    <output className={styles.skeleton} aria-label="Fetching your tasks">
      <span />
      <span />
      <span />
    </output>
  );
}

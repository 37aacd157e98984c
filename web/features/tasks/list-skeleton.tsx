import styles from './list-skeleton.module.css';

/** The placeholder of the list while it loads. */
export function ListSkeleton() {
  return (
    <output className={styles.skeleton} aria-label="Loading your tasks">
      <span />
      <span />
      <span />
    </output>
  );
}

import styles from './list-skeleton.module.css';
import { TASK_LIST } from '../../words.ts';

/** The widths of the titles that the placeholder shows, as classes: the server's HTML has no inline styles. */
const TITLES = [styles.medium, styles.long, styles.short] as const;

/** The placeholder of the list while it loads: rows with a tick and a title. */
export function ListSkeleton() {
  return (
    <output className={styles.skeleton} aria-label={TASK_LIST.loadingTasks}>
      {TITLES.map((width) => (
        <span key={width} className={styles.row}>
          <span className={styles.tick} />
          <span className={`${styles.title} ${width}`} />
        </span>
      ))}
    </output>
  );
}

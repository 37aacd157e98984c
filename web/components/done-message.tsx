import styles from './done-message.module.css';

/** Says that a change was made. Screen readers hear it from the announcer (announcer.tsx). */
export function DoneMessage({ children }: { children: string }) {
  return <p className={styles.done}>{children}</p>;
}

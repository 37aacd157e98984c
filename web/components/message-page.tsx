import type { ReactNode } from 'react';
import { Brand } from './brand.tsx';
import styles from './message-page.module.css';

/** A page with one message and one action. */
export function MessagePage({ title, children, action }: { title: string; children: ReactNode; action: ReactNode }) {
  return (
    <main className={styles.page}>
      <Brand />
      <h1>{title}</h1>
      <p className={styles.text}>{children}</p>
      {action}
    </main>
  );
}

import type { ReactNode } from 'react';
import styles from './button.module.css';

interface ButtonLinkProps {
  readonly to: string;
  /** The emphasis; at most one primary button in a view. */
  readonly variant?: 'primary' | 'plain' | 'quiet';
  readonly children: ReactNode;
}

/** A link to a page of this site that looks like a button. The browser loads the page anew. */
export function ButtonLink({ to, variant = 'plain', children }: ButtonLinkProps) {
  return (
    <a className={`${styles.button} ${styles.link} ${styles[variant]}`} href={to}>
      {children}
    </a>
  );
}

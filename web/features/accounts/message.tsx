'use client';
import { type ReactNode, useEffect, useRef } from 'react';
import styles from './message.module.css';

/** What replaces a form after its success; takes the focus that the form's button had, so that it is read aloud. */
export function Message({ children }: { children: ReactNode }) {
  const message = useRef<HTMLOutputElement>(null);
  useEffect(() => message.current?.focus(), []);
  return (
    <output className={styles.message} ref={message} tabIndex={-1}>
      {children}
    </output>
  );
}

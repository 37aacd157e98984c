'use client';
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import styles from './announcer.module.css';

const AnnounceContext = createContext<(message: string) => void>(() => undefined);

/** Returns a function that announces a change of the page to screen readers. */
export const useAnnounce = () => useContext(AnnounceContext);

/** Renders the live region of announcements, which must be in the page before the first of them. */
export function Announcer({ children }: { children: ReactNode }) {
  const [{ message, count }, setAnnouncement] = useState({ message: '', count: 0 });
  const announce = useCallback(
    (next: string) => setAnnouncement((previous) => ({ message: next, count: previous.count + 1 })),
    [],
  );
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className={styles.hidden} aria-live="polite">
        {/* A new element each time: otherwise a repeated message would not be announced. */}
        <span key={count}>{message}</span>
      </div>
    </AnnounceContext>
  );
}

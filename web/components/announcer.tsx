'use client';
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import styles from './announcer.module.css';

const AnnounceContext = createContext<(message: string) => void>(() => undefined);

/** Says something to those who cannot see what has just changed on the page. */
export const useAnnounce = () => useContext(AnnounceContext);

/** Holds the place where announcements are made; it has to stand in the page before the first of them. */
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
        {/* A new element each time: the same words twice are said twice. */}
        <span key={count}>{message}</span>
      </div>
    </AnnounceContext>
  );
}

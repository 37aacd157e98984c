'use client';
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from 'react';
import styles from './announcer.module.css';
import { ConnectionBanner } from './connection-banner.tsx';
import { type ErrorAction, ErrorRegion, type ShownError } from './error-region.tsx';

const AnnounceContext = createContext<(message: string) => void>(() => undefined);

/** The errors that the page shows. */
interface Errors {
  /** Shows an error until it is cleared or dismissed; replaces the one with the same key. */
  readonly show: (key: string, text: string, action?: ErrorAction) => void;
  /** Removes the error with this key, if any. */
  readonly clear: (key: string) => void;
}
const ErrorsContext = createContext<Errors>({ show: () => undefined, clear: () => undefined });

/** Returns a function that announces a change of the page to screen readers. */
export const useAnnounce = () => useContext(AnnounceContext);

/** Returns functions that show and clear errors in the window, wherever the page is scrolled to. */
export const useErrors = () => useContext(ErrorsContext);

/**
 * Renders the messages of a page: the live region of announcements, which must be in the page before the first of them,
 * the errors, and whether Fieldgate answers. Once in a page: app/signed-in-page.tsx has it.
 */
export function Announcer({ children }: { children: ReactNode }) {
  const [{ message, count }, setAnnouncement] = useState({ message: '', count: 0 });
  const [errors, setErrors] = useState<readonly ShownError[]>([]);
  const announce = useCallback(
    (next: string) => setAnnouncement((previous) => ({ message: next, count: previous.count + 1 })),
    [],
  );
  const actions = useMemo<Errors>(() => {
    const without = (all: readonly ShownError[], key: string) => all.filter((error) => error.key !== key);
    return {
      show: (key, text, action) => setErrors((all) => [...without(all, key), { key, text, action, id: nextId(all) }]),
      // The same array if there is nothing to remove: React then renders nothing.
      clear: (key) => setErrors((all) => (all.some((error) => error.key === key) ? without(all, key) : all)),
    };
  }, []);
  return (
    <AnnounceContext value={announce}>
      <ErrorsContext value={actions}>
        {children}
        <div className={styles.messages}>
          <ErrorRegion errors={errors} onDismiss={actions.clear} />
          <ConnectionBanner />
        </div>
        <div className={styles.hidden} aria-live="polite">
          {/* A new element each time: otherwise a repeated message would not be announced. */}
          <span key={count}>{message}</span>
        </div>
      </ErrorsContext>
    </AnnounceContext>
  );
}

/** Returns an id above all others: an error that is shown again is a new element, which screen readers read again. */
const nextId = (errors: readonly ShownError[]) => Math.max(0, ...errors.map(({ id }) => id)) + 1;

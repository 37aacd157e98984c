'use client';
import { createContext, type FocusEvent, type ReactNode, useCallback, useContext, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import styles from './undo.module.css';
import { useAttempt } from './use-attempt.ts';
import { UNDO } from '../../words.ts';

/** A change that the user can undo. */
interface Undoable {
  /** What was done, as text. */
  readonly text: string;
  /** Undoes it; resolves to what to announce. */
  readonly undo: () => Promise<string>;
}

/** Offers to undo a change, in place of the one before. Returns a function that takes the offer back. */
export type OfferUndo = (change: Undoable) => () => void;

const OfferUndoContext = createContext<OfferUndo>(() => () => undefined);

/** Returns the function that offers to undo a change; always the same one, so that memoised rows can depend on it. */
export const useOfferUndo = (): OfferUndo => useContext(OfferUndoContext);

/**
 * Shows what can be undone, at the bottom of the window: until it is dismissed, undone or replaced. It never disappears
 * by itself (WCAG 2.2.1).
 */
export function UndoProvider({ children }: { children: ReactNode }) {
  const attempt = useAttempt();
  const [offer, setOffer] = useState<Undoable | null>(null);
  const focusedBefore = useRef<HTMLElement>(null);

  const offerUndo = useCallback<OfferUndo>((change) => {
    setOffer(change);
    return () => setOffer((current) => (current === change ? null : current));
  }, []);

  const rememberFocus = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof HTMLElement && relatedTarget.closest('[data-undo]') === null)
      focusedBefore.current = relatedTarget;
  };

  /** Takes the message away. The focused button disappears: without this the focus would be at the start of the page. */
  function close() {
    setOffer(null);
    if (focusedBefore.current?.isConnected) focusedBefore.current.focus();
  }

  return (
    <OfferUndoContext value={offerUndo}>
      {children}
      {offer && (
        <section className={styles.undo} aria-label={UNDO.undo} data-undo>
          <p className={styles.text}>{offer.text}</p>
          <Button
            data-shortcut="z"
            onFocus={rememberFocus}
            onClick={() => {
              close();
              void attempt(offer.undo);
            }}
          >
            {UNDO.undo}
          </Button>
          <Button variant="quiet" onFocus={rememberFocus} onClick={close}>
            {UNDO.dismiss}
          </Button>
        </section>
      )}
    </OfferUndoContext>
  );
}

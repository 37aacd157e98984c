'use client';
import {
  createContext,
  type FocusEvent,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useRef,
  useState,
} from 'react';
import { Button } from '../../components/button.tsx';
import styles from './undo.module.css';
import type { Attempt } from './use-attempt.ts';

/** A change that the user can undo. */
interface Undoable {
  /** What was done, as text. */
  readonly text: string;
  /** Undoes it; resolves to what to announce. */
  readonly undo: () => Promise<string>;
}

const OfferUndoContext = createContext<(change: Undoable | null) => void>(() => undefined);

/**
 * Returns a function that offers to undo a change, in place of the one before; null takes the offer away. The function
 * stays the same, so that memoised rows can depend on it.
 */
export const useOfferUndo = () => useContext(OfferUndoContext);

/**
 * Shows what can be undone, at the end of the window: until it is dismissed, undone or replaced. It never disappears by
 * itself (WCAG 2.2.1).
 */
export function UndoProvider({ attempt, children }: { attempt: Attempt; children: ReactNode }) {
  const [offer, setOffer] = useState<Undoable | null>(null);
  const region = useRef<HTMLElement>(null);
  const focusedBefore = useRef<HTMLElement>(null);
  const offerUndo = useCallback((change: Undoable | null) => setOffer(change), []);

  const rememberFocus = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof HTMLElement && !region.current?.contains(relatedTarget))
      focusedBefore.current = relatedTarget;
  };

  function take(): Undoable | null {
    // The focused button disappears; without this the focus would be at the start of the page.
    if (region.current?.contains(document.activeElement)) focusedBefore.current?.focus();
    setOffer(null);
    return offer;
  }

  const content = useMemo(
    () => <OfferUndoContext value={offerUndo}>{children}</OfferUndoContext>,
    [offerUndo, children],
  );
  return (
    <>
      {content}
      {offer && (
        <section ref={region} className={styles.undo} aria-label="Undo">
          <p className={styles.text}>{offer.text}</p>
          <Button
            data-shortcut="z"
            onFocus={rememberFocus}
            onClick={() => {
              const change = take();
              if (change) void attempt(change.undo);
            }}
          >
            Undo
          </Button>
          <Button variant="quiet" onFocus={rememberFocus} onClick={take}>
            Dismiss
          </Button>
        </section>
      )}
    </>
  );
}

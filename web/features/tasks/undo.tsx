'use client';
import { createContext, type ReactNode, useCallback, useContext, useState } from 'react';
import { lazily } from '../../components/lazily.tsx';
import { useAttempt } from './use-attempt.ts';

const UndoOffer = lazily('undo', async () => (await import('./undo-offer.tsx')).UndoOffer);

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

/** Shows what can be undone, see undo-offer.tsx. */
export function UndoProvider({ children }: { children: ReactNode }) {
  const attempt = useAttempt();
  const [offer, setOffer] = useState<Undoable | null>(null);

  const offerUndo = useCallback<OfferUndo>((change) => {
    setOffer(change);
    return () => setOffer((current) => (current === change ? null : current));
  }, []);

  return (
    <OfferUndoContext value={offerUndo}>
      {children}
      {offer && <UndoOffer text={offer.text} onUndo={() => void attempt(offer.undo)} onClose={() => setOffer(null)} />}
    </OfferUndoContext>
  );
}

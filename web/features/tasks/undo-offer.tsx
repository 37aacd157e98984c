import { type FocusEvent, useRef } from 'react';
import { Button } from '../../components/button.tsx';
import styles from './undo-offer.module.css';
import { UNDO } from '../../words.ts';

interface UndoOfferProps {
  /** What was done, as text. */
  readonly text: string;
  readonly onUndo: () => void;
  /** Takes the message away. */
  readonly onClose: () => void;
}

/**
 * The offer to undo a change, at the bottom of the window: until it is dismissed, taken or replaced. It never disappears
 * by itself (WCAG 2.2.1).
 */
export function UndoOffer({ text, onUndo, onClose }: UndoOfferProps) {
  const focusedBefore = useRef<HTMLElement>(null);

  const rememberFocus = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof HTMLElement && relatedTarget.closest('[data-undo]') === null)
      focusedBefore.current = relatedTarget;
  };

  /** The focused button disappears: without this the focus would be at the start of the page. */
  function close() {
    onClose();
    if (focusedBefore.current?.isConnected) focusedBefore.current.focus();
  }

  return (
    <section className={styles.undo} aria-label={UNDO.undo} data-undo>
      <p className={styles.text}>{text}</p>
      <Button
        data-shortcut="z"
        onFocus={rememberFocus}
        onClick={() => {
          close();
          onUndo();
        }}
      >
        {UNDO.undo}
      </Button>
      <Button variant="quiet" onFocus={rememberFocus} onClick={close}>
        {UNDO.dismiss}
      </Button>
    </section>
  );
}

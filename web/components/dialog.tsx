'use client';
import { type ReactNode, type RefObject, useEffect, useId, useRef } from 'react';
import styles from './dialog.module.css';

interface DialogProps {
  readonly title: string;
  /** Called once it has closed, by Escape or by `close`: take it out of the page then. */
  readonly onClose: () => void;
  /** What stands in it; `close` closes it, and puts the focus back where it came from. */
  readonly children: (close: () => void) => ReactNode;
}

/** A modal dialog, open for as long as it is in the page. The browser's own: it keeps focus in and the rest inert. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog: RefObject<HTMLDialogElement | null> = useRef(null);
  const titleId = useId();

  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);

  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={titleId} onClose={onClose}>
      <h2 className={styles.title} id={titleId}>
        {title}
      </h2>
      {children(() => dialog.current?.close())}
    </dialog>
  );
}

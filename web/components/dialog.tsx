'use client';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import styles from './dialog.module.css';

interface DialogProps {
  readonly title: string;
  /** Called once it has closed, by Escape or by `closeDialog`: take it out of the page then. */
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Closes the dialog that `inside` stands in; the browser puts the focus back where it was before. */
export function closeDialog(inside: Element): void {
  inside.closest('dialog')?.close();
}

/** A modal dialog, open for as long as it is in the page. The browser's own: it keeps focus in and the rest inert. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);

  return (
    <dialog ref={dialog} className={styles.dialog} aria-labelledby={titleId} onClose={onClose}>
      <h2 className={styles.title} id={titleId}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}

'use client';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import styles from './dialog.module.css';

interface DialogProps {
  readonly title: string;
  /** Called after it was closed by Escape or by `closeDialog`; the caller then unmounts it. */
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** Closes the dialog that contains `inside`; the browser restores the previous focus. */
export function closeDialog(inside: Element): void {
  inside.closest('dialog')?.close();
}

/** A modal dialog, open as long as it is mounted. The native element keeps the focus inside and the rest inert. */
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

'use client';
import { type ReactNode, type SyntheticEvent, useId, useLayoutEffect, useRef } from 'react';
import styles from './dialog.module.css';

interface DialogProps {
  readonly title: string;
  /** Called after it was closed by Escape or by `closeDialog`; the caller then unmounts it. */
  readonly onClose: () => void;
  /** Called instead of closing when the user presses Escape, as to ask first. Default: the dialog closes. */
  readonly onDismiss?: (() => void) | undefined;
  readonly children: ReactNode;
}

/** Closes the dialog that contains `inside`; the browser restores the previous focus. */
export function closeDialog(inside: Element): void {
  inside.closest('dialog')?.close();
}

/**
 * A modal dialog, open as long as it is mounted. The native element keeps the focus inside and the rest inert. One
 * dialog may be inside another: events of the inner one do not reach the outer one.
 */
export function Dialog({ title, onClose, onDismiss, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();

  // Before the element leaves the page, so that the browser restores the focus also if the caller unmounts it.
  useLayoutEffect(() => {
    const element = dialog.current;
    if (element?.open === false) element.showModal();
    return () => element?.close();
  }, []);

  const dismiss = (event: SyntheticEvent) => {
    if (!onDismiss || event.defaultPrevented) return;
    event.preventDefault();
    onDismiss();
  };

  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={titleId}
      // In React, unlike in the DOM, the event of a dialog inside this one arrives here too.
      onClose={({ target, currentTarget }) => {
        if (target === currentTarget) onClose();
      }}
      // A browser closes the dialog on a second Escape even if its `cancel` event is prevented, so the key is too.
      // `cancel` comes from other ways to close: the back gesture of a phone.
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.nativeEvent.isComposing) dismiss(event);
      }}
      onCancel={dismiss}
    >
      <h2 className={styles.title} id={titleId}>
        {title}
      </h2>
      {children}
    </dialog>
  );
}

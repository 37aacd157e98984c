import { type FocusEvent, useRef } from 'react';
import { Button } from './button.tsx';
import styles from './error-region.module.css';
import { Notice } from './notice.tsx';
import { ERROR_REGION } from '../words.ts';

/** What the user can do about an error. */
export interface ErrorAction {
  readonly label: string;
  readonly run: () => void;
}

/** An error that is shown. */
export interface ShownError {
  readonly key: string;
  readonly id: number;
  readonly text: string;
  readonly action: ErrorAction | undefined;
}

interface ErrorRegionProps {
  readonly errors: readonly ShownError[];
  readonly onDismiss: (key: string) => void;
}

/** The errors of a page; each stays until it is dismissed or its cause is gone. */
export function ErrorRegion({ errors, onDismiss }: ErrorRegionProps) {
  const region = useRef<HTMLElement>(null);
  const focusedBefore = useRef<HTMLElement>(null);

  const rememberFocus = ({ relatedTarget }: FocusEvent) => {
    if (relatedTarget instanceof HTMLElement && !region.current?.contains(relatedTarget))
      focusedBefore.current = relatedTarget;
  };
  const dismiss = (key: string) => {
    // The focused button disappears; without this the focus would be at the start of the page.
    focusedBefore.current?.focus();
    onDismiss(key);
  };

  if (errors.length === 0) return null;
  return (
    <section ref={region} className={styles.region} aria-label={ERROR_REGION.messages}>
      {errors.map(({ key, id, text, action }) => (
        <Notice
          key={id}
          action={
            <div className={styles.actions}>
              {action && (
                <Button
                  onFocus={rememberFocus}
                  onClick={() => {
                    dismiss(key);
                    action.run();
                  }}
                >
                  {action.label}
                </Button>
              )}
              <Button variant="quiet" onFocus={rememberFocus} onClick={() => dismiss(key)}>
                {ERROR_REGION.dismiss}
              </Button>
            </div>
          }
        >
          {text}
        </Notice>
      ))}
    </section>
  );
}

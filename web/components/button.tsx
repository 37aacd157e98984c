'use client';
import type { ComponentProps } from 'react';
import styles from './button.module.css';
import { useHydrated } from './use-hydrated.ts';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  /** The emphasis; at most one primary button in a view. */
  readonly variant?: 'primary' | 'plain' | 'quiet' | 'danger';
  /** Whether its action is running: the button keeps its focus and ignores clicks. */
  readonly busy?: boolean;
  /** Whether it submits a form that needs no scripts. All other buttons are disabled until the page is hydrated. */
  readonly worksWithoutScripts?: boolean;
}

/** A button; of type "button" unless `type` says otherwise. */
export function Button({
  variant = 'plain',
  busy = false,
  type = 'button',
  worksWithoutScripts = false,
  disabled = false,
  onClick,
  ...rest
}: ButtonProps) {
  const hydrated = useHydrated();
  return (
    <button
      {...rest}
      type={type}
      // A click before hydration would be lost.
      disabled={disabled || !(hydrated || worksWithoutScripts)}
      className={`${styles.button} ${styles[variant]}`}
      aria-disabled={busy || undefined}
      // Not `disabled`: a disabled button loses the focus, and a keyboard user the position in the page.
      onClick={busy ? (event) => event.preventDefault() : onClick}
    />
  );
}

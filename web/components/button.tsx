import type { ComponentProps } from 'react';
import styles from './button.module.css';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  /** How much it asks for: one primary at most in a view. */
  readonly variant?: 'primary' | 'plain' | 'quiet' | 'danger';
  /** While its work is under way: it stays in place and in focus, and does not start twice. */
  readonly busy?: boolean;
}

/** A button. Says "button" by default: one that submits a form says so. */
export function Button({ variant = 'plain', busy = false, type = 'button', onClick, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={type}
      className={`${styles.button} ${styles[variant]}`}
      aria-disabled={busy || undefined}
      // Not `disabled`: that would throw the focus away, and a keyboard user with it.
      onClick={busy ? (event) => event.preventDefault() : onClick}
    />
  );
}

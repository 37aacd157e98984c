'use client';
import { type ComponentProps, useState } from 'react';
import { TextField } from '../../components/text-field.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './password-field.module.css';
import { PASSWORD_FIELD } from '../../words.ts';

type PasswordFieldProps = Omit<ComponentProps<typeof TextField>, 'type' | 'action'>;

/** A password field with a button that shows the password: users mistype hidden ones, above all on phones. */
export function PasswordField({ name = 'password', ...props }: PasswordFieldProps) {
  const hydrated = useHydrated();
  const [shown, setShown] = useState(false);
  return (
    <TextField
      {...props}
      name={name}
      type={shown ? 'text' : 'password'}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      action={
        <button
          type="button"
          className={styles.toggle}
          disabled={!hydrated}
          aria-label={shown ? PASSWORD_FIELD.hidePassword : PASSWORD_FIELD.showPassword}
          onClick={() => setShown(!shown)}
        >
          {shown ? PASSWORD_FIELD.hide : PASSWORD_FIELD.show}
        </button>
      }
    />
  );
}

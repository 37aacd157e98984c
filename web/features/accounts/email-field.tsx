import type { ComponentProps } from 'react';
import { TextField } from '../../components/text-field.tsx';

type EmailFieldProps = Pick<ComponentProps<typeof TextField>, 'error' | 'onChange'>;

/** The e-mail address of an account: its user name, to a password manager. */
export function EmailField(props: EmailFieldProps) {
  return (
    <TextField
      {...props}
      label="E-mail"
      name="email"
      type="email"
      autoComplete="username"
      inputMode="email"
      autoCapitalize="none"
      spellCheck={false}
      required
    />
  );
}

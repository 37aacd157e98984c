import type { ComponentProps } from 'react';
import { TextField } from '../../components/text-field.tsx';
import { EMAIL_FIELD } from '../../words.ts';

type EmailFieldProps = Pick<ComponentProps<typeof TextField>, 'error' | 'onChange'>;

/** The field for an e-mail address, marked as the user name for password managers. */
export function EmailField(props: EmailFieldProps) {
  return (
    <TextField
      {...props}
      label={EMAIL_FIELD.email}
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

import type { ComponentProps } from 'react';
import { TextField } from './text-field.tsx';
import { CODE_FIELD } from '../words.ts';

/** The message for a code that the server did not accept. */
export const WRONG_CODE = 'Wrong code, or already used. Please enter the next one that your app shows.';

type CodeFieldProps = Pick<ComponentProps<typeof TextField>, 'error' | 'onChange' | 'ref'>;

/** The field for a code of an authenticator app, which phones and password managers fill in. */
export function CodeField(props: CodeFieldProps) {
  return (
    <TextField
      {...props}
      label={CODE_FIELD.code}
      name="code"
      inputMode="numeric"
      autoComplete="one-time-code"
      pattern="\s*\d{3}\s*\d{3}\s*"
      title={CODE_FIELD.sixDigits}
      hint={CODE_FIELD.theSixDigitsThat}
      required
    />
  );
}

/** Returns the digits of a code, which apps show in two groups. */
export const codeDigits = (code: string): string => code.replace(/\s/g, '');

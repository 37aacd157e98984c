'use client';
import { type FormEvent, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { CodeField, codeDigits, WRONG_CODE } from '../../components/code-field.tsx';
import { focusOnMount } from '../../components/focus-on-mount.ts';
import { formText } from '../../components/form-text.ts';
import { Notice } from '../../components/notice.tsx';
import { accountErrorMessage, postAccount } from '../../components/post-account.ts';
import { TextField } from '../../components/text-field.tsx';
import { useErrorMessage } from '../../components/use-error-message.ts';
import styles from './account-form.module.css';
import { SECOND_FACTOR_FORM } from '../../words.ts';

/** Error messages by code. */
const MESSAGES: Readonly<Record<string, string>> = {
  INVALID_CODE: WRONG_CODE,
  INVALID_BACKUP_CODE: SECOND_FACTOR_FORM.wrongCode,
};

/** Codes of a sign-in that has to start again. */
const ENDED = ['INVALID_TWO_FACTOR_COOKIE', 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE'];

interface SecondFactorFormProps {
  /** The page to open after the sign-in. */
  readonly next: string;
  /** Called if the sign-in has to start again with the password. */
  readonly onRestart: () => void;
}

/** The second step of a sign-in: a code of the authenticator app, or a backup code. */
export function SecondFactorForm({ next, onRestart }: SecondFactorFormProps) {
  const [byBackupCode, setByBackupCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const [ended, setEnded] = useState(false);
  const { errorMessage, showError, clearError } = useErrorMessage();
  const form = useRef<HTMLFormElement>(null);

  async function verify(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const code = formText(new FormData(event.currentTarget), 'code');
    setBusy(true);
    const result = await (byBackupCode
      ? postAccount('/two-factor/verify-backup-code', { code: code.trim() })
      : postAccount('/two-factor/verify-totp', { code: codeDigits(code) }));
    if (result.outcome === 'done') return window.location.replace(next);
    setBusy(false);
    const rejection = result.outcome === 'rejected' ? result.code : '';
    const hasEnded = ENDED.includes(rejection);
    setEnded(hasEnded);
    const text = hasEnded ? SECOND_FACTOR_FORM.ended : (MESSAGES[rejection] ?? accountErrorMessage(result));
    showError(text);
    form.current?.querySelector('input')?.select();
  }

  return (
    <form ref={form} className={styles.form} method="post" onSubmit={verify}>
      {errorMessage && <Notice key={errorMessage.count}>{errorMessage.text}</Notice>}
      {byBackupCode ? (
        <TextField
          key="backup"
          ref={focusOnMount}
          label={SECOND_FACTOR_FORM.backupCode}
          name="code"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          required
        />
      ) : (
        <CodeField key="totp" ref={focusOnMount} />
      )}
      {ended ? (
        <Button variant="primary" onClick={onRestart}>
          {SECOND_FACTOR_FORM.startAgain}
        </Button>
      ) : (
        <Button variant="primary" type="submit" busy={busy}>
          {busy ? SECOND_FACTOR_FORM.signingIn : SECOND_FACTOR_FORM.signIn}
        </Button>
      )}
      <Button
        variant="quiet"
        onClick={() => {
          clearError();
          setByBackupCode(!byBackupCode);
        }}
      >
        {byBackupCode ? SECOND_FACTOR_FORM.withTheAuthenticatorApp : SECOND_FACTOR_FORM.withABackupCode}
      </Button>
    </form>
  );
}

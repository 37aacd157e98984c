'use client';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { CodeField, codeDigits, WRONG_CODE } from '../../components/code-field.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import { focusOnMount } from '../../components/focus-on-mount.ts';
import { formText } from '../../components/form-text.ts';
import { Notice } from '../../components/notice.tsx';
import { askPasskey, passkeyErrorMessage } from '../../components/passkey.ts';
import {
  type AccountFailure,
  type AccountResult,
  accountErrorMessage,
  postAccount,
} from '../../components/post-account.ts';
import { TextField } from '../../components/text-field.tsx';
import { useErrorMessage } from '../../components/use-error-message.ts';
import { fetchStepUpMethods, type StepUpMethods } from './account-factors.ts';
import styles from './security.module.css';
import { STEP_UP_DIALOG } from '../../words.ts';

/** Error messages by code. */
const MESSAGES: Readonly<Record<string, string>> = {
  INVALID_PASSWORD: 'Wrong password.',
  INVALID_CODE: WRONG_CODE,
};

function messageFor(result: AccountFailure): string {
  if (result.outcome === 'rejected' && MESSAGES[result.code]) return MESSAGES[result.code] ?? '';
  return passkeyErrorMessage(result);
}

/** Asks the user to authenticate again, in the ways that the account has. */
export function StepUpDialog({ onFinish }: { onFinish: (done: boolean) => void }) {
  const [methods, setMethods] = useState<StepUpMethods | AccountFailure>();
  const [byCode, setByCode] = useState(false);
  const [busy, setBusy] = useState(false);
  const { errorMessage, showError } = useErrorMessage();
  const done = useRef(false);
  const form = useRef<HTMLFormElement>(null);

  useEffect(() => void fetchStepUpMethods().then(setMethods), []);

  const loaded = methods && 'password' in methods ? methods : undefined;
  const showsCode = loaded?.totp === true && (byCode || !loaded.password);

  async function finish(request: Promise<AccountResult>, inside: Element) {
    setBusy(true);
    const result = await request;
    setBusy(false);
    if (result.outcome === 'done') {
      done.current = true;
      return closeDialog(inside);
    }
    showError(messageFor(result));
    form.current?.querySelector('input')?.select();
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const data = new FormData(event.currentTarget);
    const request = data.has('code')
      ? postAccount('/step-up/totp', { code: codeDigits(formText(data, 'code')) })
      : postAccount('/step-up/password', { password: formText(data, 'password') });
    void finish(request, event.currentTarget);
  }

  return (
    <Dialog title={STEP_UP_DIALOG.signInAgain} onClose={() => onFinish(done.current)}>
      <form ref={form} className={styles.form} method="post" onSubmit={submit}>
        <p className={styles.soft}>{STEP_UP_DIALOG.thisNeedsASign}</p>
        {methods && 'outcome' in methods && <Notice>{accountErrorMessage(methods)}</Notice>}
        {errorMessage && <Notice key={errorMessage.count}>{errorMessage.text}</Notice>}
        {loaded?.password && !showsCode && (
          <TextField
            ref={focusOnMount}
            label={STEP_UP_DIALOG.password}
            name="password"
            type="password"
            autoComplete="current-password"
            required
          />
        )}
        {showsCode && <CodeField ref={focusOnMount} />}
        <div className={styles.buttons}>
          <Button onClick={({ currentTarget }) => closeDialog(currentTarget)}>{STEP_UP_DIALOG.cancel}</Button>
          {(loaded?.password || showsCode) && (
            <Button variant="primary" type="submit" busy={busy}>
              {STEP_UP_DIALOG.continue}
            </Button>
          )}
        </div>
        {loaded?.passkey && (
          <Button
            busy={busy}
            onClick={({ currentTarget }) => void finish(askPasskey('/step-up/passkey'), currentTarget)}
          >
            {STEP_UP_DIALOG.withAPasskey}
          </Button>
        )}
        {loaded?.totp && loaded.password && (
          <Button variant="quiet" onClick={() => setByCode(!showsCode)}>
            {showsCode ? STEP_UP_DIALOG.withThePassword : STEP_UP_DIALOG.withACode}
          </Button>
        )}
        {loaded && !loaded.password && !loaded.totp && !loaded.passkey && <p>{STEP_UP_DIALOG.pleaseSignOutAnd}</p>}
      </form>
    </Dialog>
  );
}

'use client';
import { type FormEvent, useRef, useState } from 'react';
import { type PasswordPolicy, passwordChecks } from '../../auth/password-policy.ts';
import { Button } from '../../components/button.tsx';
import { DoneMessage } from '../../components/done-message.tsx';
import { formText } from '../../components/form-text.ts';
import { Notice } from '../../components/notice.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import { PasswordField } from './password-field.tsx';
import { PasswordRules } from './password-rules.tsx';
import { useCommonPasswords } from './use-common-passwords.ts';
import styles from './profile-form.module.css';
import { useAccountAction } from './use-account-action.ts';
import { CHANGE_PASSWORD_FORM } from '../../words.ts';

/** The code of a new password that the form itself rejects. */
const WEAK = 'PASSWORD_TOO_WEAK';

/** The form that changes the password. The server ends all other sessions. */
export function ChangePasswordForm({ email, policy }: { email: string; policy: PasswordPolicy }) {
  const hydrated = useHydrated();
  const common = useCommonPasswords();
  const form = useRef<HTMLFormElement>(null);
  const [password, setPassword] = useState('');
  const [weak, setWeak] = useState<string>();
  const { act, busy, error, doneMessage } = useAccountAction({
    INVALID_PASSWORD: CHANGE_PASSWORD_FORM.wrong,
    CREDENTIAL_ACCOUNT_NOT_FOUND: CHANGE_PASSWORD_FORM.none,
  });
  const checks = passwordChecks(policy, common.passwords);
  const focus = (name: string) => form.current?.querySelector<HTMLInputElement>(`[name=${name}]`)?.focus();

  async function change(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const newPassword = formText(data, 'newPassword');
    const unmet = checks.filter(({ isMet }) => !isMet(newPassword));
    if (unmet.length > 0) {
      setWeak(CHANGE_PASSWORD_FORM.needs(unmet.map(({ requirement }) => requirement)));
      return focus('newPassword');
    }
    const changed = await act(
      '/change-password',
      { currentPassword: formText(data, 'currentPassword'), newPassword },
      CHANGE_PASSWORD_FORM.changed,
    );
    if (!changed) return focus('currentPassword');
    form.current?.reset();
    setPassword('');
  }

  const wrong = error?.code === 'INVALID_PASSWORD' ? error.text : undefined;
  const tooWeak = weak ?? (error?.code === WEAK ? error.text : undefined);
  return (
    <form ref={form} className={styles.form} method="post" onSubmit={change}>
      {error && wrong === undefined && error.code !== WEAK && <Notice key={error.count}>{error.text}</Notice>}
      {doneMessage && <DoneMessage>{doneMessage}</DoneMessage>}
      {/* Password managers store the new password under this name. */}
      <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        label={CHANGE_PASSWORD_FORM.currentPassword}
        name="currentPassword"
        autoComplete="current-password"
        required
        error={wrong}
      />
      <PasswordField
        label={CHANGE_PASSWORD_FORM.newPassword}
        name="newPassword"
        autoComplete="new-password"
        required
        error={tooWeak}
        onFocus={common.load}
        onChange={({ target }) => {
          setPassword(target.value);
          setWeak(undefined);
        }}
        hint={<PasswordRules checks={checks} password={password} />}
      />
      <Button variant="primary" type="submit" disabled={!hydrated} busy={busy}>
        {busy ? CHANGE_PASSWORD_FORM.changing : CHANGE_PASSWORD_FORM.changePassword}
      </Button>
    </form>
  );
}

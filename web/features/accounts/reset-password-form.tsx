'use client';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { type PasswordPolicy, passwordChecks } from '../../auth/password-policy.ts';
import { Button } from '../../components/button.tsx';
import { formText } from '../../components/form-text.ts';
import { Notice } from '../../components/notice.tsx';
import styles from './account-form.module.css';
import { PasswordField } from './password-field.tsx';
import { PasswordRules } from './password-rules.tsx';
import { type AccountFailure, accountErrorMessage, postAccount } from '../../components/post-account.ts';
import { useCommonPasswords } from './use-common-passwords.ts';
import { Message } from './message.tsx';
import { useLinkToken } from './use-link-token.ts';
import { PageLink } from './page-link.tsx';
import { RESET_PASSWORD_FORM } from '../../words.ts';

/** The error of the field, and of the form as a whole. */
interface FieldErrors {
  readonly password?: string;
  readonly form?: string;
}

function errorsFor(result: AccountFailure): FieldErrors {
  if (result.outcome === 'rejected' && result.code === 'PASSWORD_TOO_WEAK') return { password: result.message };
  if (result.outcome === 'rejected' && /^(INVALID_TOKEN|USER_NOT_FOUND)$/.test(result.code))
    return { form: RESET_PASSWORD_FORM.expired };
  return { form: accountErrorMessage(result) };
}

/** The form that sets a new password with the token of a mailed link. */
export function ResetPasswordForm({ policy }: { policy: PasswordPolicy }) {
  const token = useLinkToken();
  const common = useCommonPasswords();
  const field = useRef<HTMLInputElement>(null);
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [done, setDone] = useState(false);
  const [errors, setErrors] = useState<FieldErrors>({});
  const checks = passwordChecks(policy, common.passwords);

  useEffect(() => setPassword(field.current?.value ?? ''), []);

  async function setNewPassword(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy || !token) return;
    const newPassword = formText(new FormData(event.currentTarget), 'password');
    const unmet = checks.filter(({ isMet }) => !isMet(newPassword));
    if (unmet.length > 0) {
      setErrors({ password: RESET_PASSWORD_FORM.needs(unmet.map(({ requirement }) => requirement)) });
      return field.current?.focus();
    }
    setBusy(true);
    const result = await postAccount('/reset-password', { newPassword, token });
    setBusy(false);
    if (result.outcome === 'done') return setDone(true);
    const found = errorsFor(result);
    setErrors(found);
    if (found.password) field.current?.focus();
  }

  if (done)
    return (
      <Message>
        <p>{RESET_PASSWORD_FORM.yourNewPasswordIs}</p>
        <PageLink to="/sign-in">{RESET_PASSWORD_FORM.signInWithThe}</PageLink>
      </Message>
    );
  if (token === null)
    return (
      <Message>
        <p>{RESET_PASSWORD_FORM.pleaseOpenTheLink}</p>
        <PageLink to="/forgot-password">{RESET_PASSWORD_FORM.askForANew}</PageLink>
      </Message>
    );
  return (
    <form className={styles.form} method="post" onSubmit={setNewPassword}>
      {errors.form && (
        <Notice action={<PageLink to="/forgot-password">{RESET_PASSWORD_FORM.askForANew}</PageLink>}>
          {errors.form}
        </Notice>
      )}
      <PasswordField
        label={RESET_PASSWORD_FORM.newPassword}
        autoComplete="new-password"
        required
        ref={field}
        error={errors.password}
        onFocus={common.load}
        onChange={({ target }) => {
          setPassword(target.value);
          setErrors({});
        }}
        hint={<PasswordRules checks={checks} password={password} />}
      />
      <Button variant="primary" type="submit" disabled={token === undefined} busy={busy}>
        {busy ? RESET_PASSWORD_FORM.settingThePassword : RESET_PASSWORD_FORM.setThePassword}
      </Button>
    </form>
  );
}

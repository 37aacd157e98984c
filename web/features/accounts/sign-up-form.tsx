'use client';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { type PasswordPolicy, passwordChecks } from '../../auth/password-policy.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './account-form.module.css';
import { type AccountFailure, accountErrorMessage, postAccount } from '../../components/post-account.ts';
import { credentials } from './credentials.ts';
import { EmailField } from './email-field.tsx';
import { signInLink } from './carried-email.ts';
import { PasswordField } from './password-field.tsx';
import { PasswordRules } from './password-rules.tsx';
import { useCommonPasswords } from './use-common-passwords.ts';
import { SIGN_UP_FORM } from '../../words.ts';

/** The error of each field, and of the form as a whole. */
interface FieldErrors {
  readonly email?: ReactNode;
  readonly password?: string;
  readonly form?: string;
}

function fieldErrorsFor(result: AccountFailure, { email, next }: { email: string; next: string }): FieldErrors {
  if (result.outcome === 'rejected')
    switch (result.code) {
      case 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL':
        return {
          email: (
            <>
              {SIGN_UP_FORM.hasAnAccount}
              <a href={signInLink(next, email)}>{SIGN_UP_FORM.signInInstead}</a>
            </>
          ),
        };
      case 'INVALID_EMAIL':
        return { email: SIGN_UP_FORM.invalidEmail };
      case 'PASSWORD_TOO_WEAK':
        return { password: result.message };
    }
  return { form: accountErrorMessage(result) };
}

/** The sign-up form; opens `next` afterwards. It checks the password rules while the user types. */
export function SignUpForm({ next, policy }: { next: string; policy: PasswordPolicy }) {
  const hydrated = useHydrated();
  const common = useCommonPasswords();
  const field = useRef<HTMLInputElement>(null);
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [fieldErrors, setFieldErrors] = useState<FieldErrors>({});
  const checks = passwordChecks(policy, common.passwords);

  // The field is uncontrolled: a password typed, or filled in by a password manager, before hydration is checked too.
  useEffect(() => setPassword(field.current?.value ?? ''), []);

  async function signUp(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    const entered = credentials(form);
    const unmet = checks.filter(({ isMet }) => !isMet(entered.password));
    let errors: FieldErrors = {};
    if (unmet.length > 0) {
      errors = { password: SIGN_UP_FORM.yourPasswordNeeds(unmet.map(({ requirement }) => requirement)) };
    } else {
      setBusy(true);
      const result = await postAccount('/sign-up/email', entered);
      if (result.outcome === 'done') return window.location.replace(next);
      setBusy(false);
      errors = fieldErrorsFor(result, { email: entered.email, next });
    }
    setFieldErrors(errors);
    const invalidField = errors.email ? 'email' : errors.password ? 'password' : null;
    if (invalidField !== null) form.querySelector<HTMLInputElement>(`[name=${invalidField}]`)?.focus();
  }

  return (
    <form className={styles.form} method="post" onSubmit={signUp}>
      {fieldErrors.form && <Notice>{fieldErrors.form}</Notice>}
      <EmailField error={fieldErrors.email} onChange={() => setFieldErrors({})} />
      <PasswordField
        label={SIGN_UP_FORM.password}
        autoComplete="new-password"
        required
        ref={field}
        error={fieldErrors.password}
        onFocus={common.load}
        onChange={({ target }) => {
          setPassword(target.value);
          setFieldErrors({});
        }}
        hint={<PasswordRules checks={checks} password={password} />}
      />
      <Button variant="primary" type="submit" disabled={!hydrated} busy={busy}>
        {busy ? SIGN_UP_FORM.creatingYourAccount : SIGN_UP_FORM.createAccount}
      </Button>
    </form>
  );
}

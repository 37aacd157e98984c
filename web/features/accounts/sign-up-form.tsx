'use client';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { type PasswordPolicy, passwordChecks } from '../../auth/password-policy.ts';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { useHydrated } from '../../components/use-hydrated.ts';
import styles from './account-form.module.css';
import { type AccountAnswer, accountProblem, postAccount } from './account-request.ts';
import { credentials } from './credentials.ts';
import { EmailField } from './email-field.tsx';
import { PasswordField } from './password-field.tsx';
import { PasswordRules } from './password-rules.tsx';
import { useCommonPasswords } from './use-common-passwords.ts';

/** What stands in the way of an account, at the field that it is about. */
interface Problems {
  readonly email?: string;
  readonly password?: string;
  readonly form?: string;
}

function problemsOf(answer: Exclude<AccountAnswer, { outcome: 'done' }>): Problems {
  if (answer.outcome === 'refused')
    switch (answer.code) {
      case 'USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL':
        return { email: 'There is an account with this e-mail address already. Sign in instead?' };
      case 'INVALID_EMAIL':
        return { email: 'This does not look like an e-mail address.' };
      case 'PASSWORD_TOO_WEAK':
        return { password: answer.message };
    }
  return { form: accountProblem(answer) };
}

/** Makes an account, and goes to `next`. The password's rules are judged while it is typed. */
export function SignUpForm({ next, policy }: { next: string; policy: PasswordPolicy }) {
  const hydrated = useHydrated();
  const common = useCommonPasswords();
  const field = useRef<HTMLInputElement>(null);
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<Problems>({});
  const checks = passwordChecks(policy, common.passwords);

  // The field is not React's: what was typed, or filled in by a password manager, before scripts came is judged too.
  useEffect(() => setPassword(field.current?.value ?? ''), []);

  async function signUp(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (busy) return;
    const form = event.currentTarget;
    const given = credentials(form);
    const broken = checks.filter(({ keeps }) => !keeps(given.password));
    let found: Problems = {};
    if (broken.length > 0) {
      found = { password: `Your password needs ${broken.map(({ demand }) => demand).join(', ')}.` };
    } else {
      setBusy(true);
      const answer = await postAccount('/sign-up/email', given);
      if (answer.outcome === 'done') return window.location.replace(next);
      setBusy(false);
      found = problemsOf(answer);
    }
    setProblems(found);
    const wrong = found.email ? 'email' : found.password ? 'password' : null;
    if (wrong !== null) form.querySelector<HTMLInputElement>(`[name=${wrong}]`)?.focus();
  }

  return (
    <form className={styles.form} method="post" onSubmit={signUp}>
      {problems.form && <Notice>{problems.form}</Notice>}
      <EmailField error={problems.email} onChange={() => setProblems({})} />
      <PasswordField
        label="Password"
        autoComplete="new-password"
        required
        ref={field}
        error={problems.password}
        onFocus={common.fetchThem}
        onChange={({ target }) => {
          setPassword(target.value);
          setProblems({});
        }}
        hint={<PasswordRules checks={checks} password={password} />}
      />
      <Button look="primary" type="submit" disabled={!hydrated} busy={busy}>
        {busy ? 'Creating your account…' : 'Create account'}
      </Button>
    </form>
  );
}

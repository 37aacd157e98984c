'use client';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { useForgetSession } from '../../graphql/api-provider.tsx';
import { accountProblem, postAccount } from './account-request.ts';
import styles from './sign-out-button.module.css';

/** Ends the session: at the server, and then in every tab of this browser. */
export function SignOutButton() {
  const forgetSession = useForgetSession();
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function signOut() {
    setBusy(true);
    setProblem(undefined);
    const answer = await postAccount('/sign-out', {});
    if (answer.outcome === 'done') return forgetSession();
    // The cookie is still there: to look signed out now would be a lie, and a dangerous one on a shared computer.
    setBusy(false);
    setProblem(`You are still signed in. ${accountProblem(answer)}`);
  }

  return (
    <div className={styles.place}>
      <Button look="quiet" onClick={signOut} busy={busy}>
        {busy ? 'Signing out…' : 'Sign out'}
      </Button>
      {problem && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}

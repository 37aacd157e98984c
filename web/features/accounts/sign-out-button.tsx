'use client';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { useForgetSession } from '../../graphql/api-provider.tsx';
import { accountErrorMessage, postAccount } from './post-account.ts';
import styles from './sign-out-button.module.css';

/** Ends the session: at the server, and then in every tab of this browser. */
export function SignOutButton() {
  const forgetSession = useForgetSession();
  const [busy, setBusy] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string>();

  async function signOut() {
    setBusy(true);
    setErrorMessage(undefined);
    const result = await postAccount('/sign-out', {});
    if (result.outcome === 'done') return forgetSession();
    // The cookie is still there: to look signed out now would be a lie, and a dangerous one on a shared computer.
    setBusy(false);
    setErrorMessage(`You are still signed in. ${accountErrorMessage(result)}`);
  }

  return (
    <div className={styles.place}>
      <Button variant="quiet" onClick={signOut} busy={busy}>
        {busy ? 'Signing out…' : 'Sign out'}
      </Button>
      {errorMessage && (
        <p className={styles.problem} role="alert">
          {errorMessage}
        </p>
      )}
    </div>
  );
}

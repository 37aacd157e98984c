'use client';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { preload } from '../../components/preload.ts';
import { useForgetSession } from '../../graphql/api-provider.tsx';
import styles from './sign-out-button.module.css';
import { LAZILY, SIGN_OUT_BUTTON } from '../../words.ts';

// Not in the first load of every page.
const load = () => import('./end-session.ts');
const preloadEnd = () => preload(load);

/** The button that ends the session: on the server first, then in every tab of this browser. */
export function SignOutButton() {
  const forgetSession = useForgetSession();
  const [busy, setBusy] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string>();

  async function signOut() {
    setBusy(true);
    setErrorMessage(undefined);
    const failure = await load().then(
      ({ endSession }) => endSession(),
      () => LAZILY.notLoaded,
    );
    if (failure === null) return forgetSession();
    // The session is still valid: appearing signed out would be dangerous on a shared computer.
    setBusy(false);
    setErrorMessage(SIGN_OUT_BUTTON.stillSignedIn(failure));
  }

  return (
    <div className={styles.container}>
      <Button variant="quiet" onClick={signOut} onFocus={preloadEnd} onPointerEnter={preloadEnd} busy={busy}>
        {busy ? SIGN_OUT_BUTTON.signingOut : SIGN_OUT_BUTTON.signOut}
      </Button>
      {errorMessage && (
        <p className={styles.error} role="alert">
          {errorMessage}
        </p>
      )}
    </div>
  );
}

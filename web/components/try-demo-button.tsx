'use client';
import { useState } from 'react';
import type { DemoAccount } from '../graphql/demo-token.ts';
import { Button } from './button.tsx';
import { Notice } from './notice.tsx';
import { accountErrorMessage, postAccount } from './post-account.ts';
import { useHydrated } from './use-hydrated.ts';
import { TRY_DEMO_BUTTON } from '../words.ts';

interface TryDemoButtonProps {
  readonly account: DemoAccount;
  /** The page to open afterwards. */
  readonly next: string;
  readonly variant?: 'primary' | 'plain';
}

/** The button that signs in with the demo account, with one click. */
export function TryDemoButton({ account, next, variant = 'primary' }: TryDemoButtonProps) {
  const hydrated = useHydrated();
  const [busy, setBusy] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string>();

  async function signIn() {
    setBusy(true);
    setErrorMessage(undefined);
    const result = await postAccount('/sign-in/email', { ...account });
    // A full page load: no data of an earlier user remains.
    if (result.outcome === 'done') return window.location.assign(next);
    setBusy(false);
    const isGone = result.outcome === 'rejected' && result.code === 'INVALID_EMAIL_OR_PASSWORD';
    setErrorMessage(
      isGone ? 'There is no demo account here any more. Please create an account.' : accountErrorMessage(result),
    );
  }

  return (
    <>
      <Button variant={variant} onClick={signIn} busy={busy} disabled={!hydrated}>
        {busy ? TRY_DEMO_BUTTON.signingIn : TRY_DEMO_BUTTON.tryTheDemo}
      </Button>
      {errorMessage !== undefined && <Notice>{errorMessage}</Notice>}
    </>
  );
}

'use client';
import { useEffect, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { fetchPasskeys, fetchStepUpMethods, type Passkey } from './account-factors.ts';
import { PasskeySection } from './passkey-section.tsx';
import { SecondFactorSection } from './second-factor-section.tsx';

/** What the account has. */
interface Factors {
  readonly hasApp: boolean;
  readonly passkeys: readonly Passkey[];
}

async function fetchFactors(): Promise<Factors | 'unavailable'> {
  const [methods, passkeys] = await Promise.all([fetchStepUpMethods(), fetchPasskeys()]);
  return 'outcome' in methods || 'outcome' in passkeys ? 'unavailable' : { hasApp: methods.totp, passkeys };
}

/** The settings of second factor and passkeys. Needs a StepUpProvider around it. */
export function SecuritySettings() {
  const [factors, setFactors] = useState<Factors | 'unavailable'>();
  const load = () => fetchFactors().then(setFactors);

  useEffect(() => void fetchFactors().then(setFactors), []);

  if (factors === undefined) return <p>Loading…</p>;
  if (factors === 'unavailable')
    return (
      <Notice action={<Button onClick={() => void load()}>Try again</Button>}>
        Your settings could not be loaded. Please try again in a moment.
      </Notice>
    );
  return (
    <>
      <SecondFactorSection enabled={factors.hasApp} onChange={(hasApp) => setFactors({ ...factors, hasApp })} />
      <PasskeySection passkeys={factors.passkeys} onChange={load} />
    </>
  );
}

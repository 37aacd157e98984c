'use client';
import { useEffect, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { fetchPasskeys, fetchStepUpMethods, type Passkey } from './account-factors.ts';
import { PasskeySection } from './passkey-section.tsx';
import { SecondFactorSection } from './second-factor-section.tsx';
import { SECURITY_SETTINGS } from '../../words.ts';

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

  if (factors === undefined) return <p>{SECURITY_SETTINGS.loading}</p>;
  if (factors === 'unavailable')
    return (
      <Notice action={<Button onClick={() => void load()}>{SECURITY_SETTINGS.tryAgain}</Button>}>
        {SECURITY_SETTINGS.yourSettingsCouldNot}
      </Notice>
    );
  return (
    <>
      <SecondFactorSection enabled={factors.hasApp} onChange={(hasApp) => setFactors({ ...factors, hasApp })} />
      <PasskeySection passkeys={factors.passkeys} onChange={load} />
    </>
  );
}

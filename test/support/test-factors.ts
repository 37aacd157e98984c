import { createOTP } from '@better-auth/utils/otp';
import { base32 } from '@better-auth/utils/base32';
import { SoftwareAuthenticator } from './software-authenticator.ts';
import type { Visitor } from './test-accounts.ts';

/** Sets up and confirms an authenticator app for the account of a signed-in browser. */
export async function enableTotp(visitor: Visitor): Promise<{ secret: string; backupCodes: readonly string[] }> {
  const response = await visitor.request('POST', '/two-factor/enable', {});
  if (!response.ok) throw new Error(`No app was set up: ${response.status} ${await response.text()}`);
  const { totpURI, backupCodes } = (await response.json()) as { totpURI: string; backupCodes: readonly string[] };
  const secret = new TextDecoder().decode(base32.decode(new URL(totpURI).searchParams.get('secret') ?? ''));
  const confirmed = await visitor.request('POST', '/two-factor/verify-totp', { code: await createOTP(secret).totp() });
  if (!confirmed.ok) throw new Error(`The app was not confirmed: ${confirmed.status} ${await confirmed.text()}`);
  return { secret, backupCodes };
}

/** Adds a passkey to the account of a signed-in browser. */
export async function addPasskey(visitor: Visitor, name = 'A key'): Promise<SoftwareAuthenticator> {
  const authenticator = new SoftwareAuthenticator();
  const response = await visitor.request('GET', '/passkey/generate-register-options');
  const options = (await response.json()) as { challenge: string };
  const body = { response: authenticator.register(options), name };
  const added = await visitor.request('POST', '/passkey/verify-registration', body);
  if (!added.ok) throw new Error(`The passkey was not added: ${added.status} ${await added.text()}`);
  return authenticator;
}

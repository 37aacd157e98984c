import { type AccountFailure, getAccount } from '../../components/post-account.ts';

/** The ways in which the user of the session can authenticate again. */
export interface StepUpMethods {
  readonly password: boolean;
  readonly totp: boolean;
  readonly passkey: boolean;
}

/** A passkey of the account. */
export interface Passkey {
  readonly id: string;
  readonly name?: string | null;
  readonly createdAt?: string | null;
}

/** Returns the ways to authenticate again that the account has; never rejects. */
export async function fetchStepUpMethods(): Promise<StepUpMethods | AccountFailure> {
  const result = await getAccount('/step-up/methods');
  return result.outcome === 'done' ? (result.body as StepUpMethods) : result;
}

/** Returns the passkeys of the account; never rejects. */
export async function fetchPasskeys(): Promise<readonly Passkey[] | AccountFailure> {
  const result = await getAccount('/passkey/list-user-passkeys');
  return result.outcome === 'done' ? (result.body as readonly Passkey[]) : result;
}

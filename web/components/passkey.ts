import {
  type AccountFailure,
  type AccountResult,
  accountErrorMessage,
  getAccount,
  postAccount,
} from './post-account.ts';
import { PASSKEY_ERRORS } from '../words.ts';

/** The user closed the browser's dialog, or there is no matching passkey: browsers do not say which. */
const NOT_USED = {
  outcome: 'rejected',
  code: 'PASSKEY_NOT_USED',
  message: PASSKEY_ERRORS.notUsed,
} as const;

/**
 * Asks the browser for a passkey, and posts its response; never rejects.
 * @param path `/passkey/verify-authentication` signs in, `/step-up/passkey` authenticates again
 */
export async function askPasskey(path: string): Promise<AccountResult> {
  const options = await getAccount('/passkey/generate-authenticate-options');
  if (options.outcome !== 'done') return options;
  try {
    const { startAuthentication } = await import('@simplewebauthn/browser');
    const optionsJSON = options.body as Parameters<typeof startAuthentication>[0]['optionsJSON'];
    const { id, rawId, type, response, clientExtensionResults } = await startAuthentication({
      // The server refuses a passkey that was used without a PIN or biometrics.
      optionsJSON: { ...optionsJSON, userVerification: 'required' },
    });
    return await postAccount(path, { response: { id, rawId, type, response, clientExtensionResults } });
  } catch {
    return NOT_USED;
  }
}

/** Creates a passkey with the browser, and adds it to the account; never rejects. */
export async function createPasskey(name: string): Promise<AccountResult> {
  const options = await getAccount('/passkey/generate-register-options');
  if (options.outcome !== 'done') return options;
  try {
    const { startRegistration } = await import('@simplewebauthn/browser');
    const optionsJSON = options.body as Parameters<typeof startRegistration>[0]['optionsJSON'];
    return await postAccount('/passkey/verify-registration', {
      response: await startRegistration({ optionsJSON }),
      name,
    });
  } catch (error) {
    return error instanceof Error && error.name === 'InvalidStateError'
      ? { ...NOT_USED, message: PASSKEY_ERRORS.exists }
      : { ...NOT_USED, message: PASSKEY_ERRORS.notCreated };
  }
}

/** Returns the message for a passkey that was not accepted. */
export function passkeyErrorMessage(result: AccountFailure): string {
  return result.outcome === 'rejected' && ['PASSKEY_NOT_FOUND', 'AUTHENTICATION_FAILED'].includes(result.code)
    ? PASSKEY_ERRORS.notAccepted
    : accountErrorMessage(result);
}

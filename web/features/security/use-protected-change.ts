import { useState } from 'react';
import { type AccountResult, accountErrorMessage } from '../../components/post-account.ts';
import { useSendWithStepUp } from '../../components/use-send-with-step-up.ts';

/**
 * Runs changes that need a recent sign-in: asks for one if the server does, and then repeats the request.
 * `change` resolves to the response's body, or to undefined after a failure, whose message is then in `errorMessage`.
 */
export function useProtectedChange() {
  const sendWithStepUp = useSendWithStepUp();
  const [busy, setBusy] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string>();

  async function change<Body>(send: () => Promise<AccountResult>): Promise<Body | undefined> {
    setBusy(true);
    setErrorMessage(undefined);
    const result = await sendWithStepUp(send);
    setBusy(false);
    if (result.outcome === 'done') return result.body as Body;
    setErrorMessage(accountErrorMessage(result));
    return undefined;
  }

  return { change, busy, errorMessage };
}

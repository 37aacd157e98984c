import { useState } from 'react';
import { type AccountResult, accountErrorMessage, isStepUpRequired } from '../../components/post-account.ts';
import { useStepUp } from '../../graphql/step-up-context.ts';

/**
 * Runs changes that need a recent sign-in: asks for one if the server does, and then repeats the request.
 * `change` resolves to the response's body, or to undefined after a failure, whose message is then in `errorMessage`.
 */
export function useProtectedChange() {
  const stepUp = useStepUp();
  const [busy, setBusy] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string>();

  async function change<Body>(send: () => Promise<AccountResult>): Promise<Body | undefined> {
    setBusy(true);
    setErrorMessage(undefined);
    let result = await send();
    if (isStepUpRequired(result) && (await stepUp())) result = await send();
    setBusy(false);
    if (result.outcome === 'done') return result.body as Body;
    setErrorMessage(
      isStepUpRequired(result)
        ? 'Nothing was changed, because you did not sign in again.'
        : accountErrorMessage(result),
    );
    return undefined;
  }

  return { change, busy, errorMessage };
}

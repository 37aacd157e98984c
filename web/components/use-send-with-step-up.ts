import { useStepUp } from '../graphql/step-up-context.ts';
import { type AccountResult, isStepUpRequired } from './post-account.ts';

/**
 * Returns a function that sends an account request. If the request needs a recent sign-in, the user is asked for it, and
 * the request is sent once more.
 */
export function useSendWithStepUp() {
  const stepUp = useStepUp();
  return async (send: () => Promise<AccountResult>): Promise<AccountResult> => {
    const result = await send();
    return isStepUpRequired(result) && (await stepUp()) ? send() : result;
  };
}

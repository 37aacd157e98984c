import { useState } from 'react';
import { useAnnounce } from '../../components/announcer.tsx';
import { useLeaveEndedSession } from '../../graphql/api-provider.tsx';
import { type AccountFailure, accountErrorMessage, postAccount } from '../../components/post-account.ts';
import { useErrorMessage } from '../../components/use-error-message.ts';
import { useSendWithStepUp } from '../../components/use-send-with-step-up.ts';

/** Posts to an endpoint of the account; resolves to whether it succeeded. `done` is announced. */
export type Act = (path: string, body: Readonly<Record<string, string>>, done: string) => Promise<boolean>;

/** What the messages of a form are: of Better Auth's codes, those that it names itself. */
export type Messages = Readonly<Record<string, string>>;

/**
 * Runs the changes of an account page, one at a time. If one needs a recent sign-in, the user is asked for it, and the
 * change is repeated.
 * @param messages the page's own messages, by code; all other failures have the messages of the sign-in page
 */
export function useAccountAction(messages: Messages = {}) {
  const announce = useAnnounce();
  const leaveEndedSession = useLeaveEndedSession();
  const sendWithStepUp = useSendWithStepUp();
  const [busy, setBusy] = useState(false);
  const { errorMessage: error, showError, clearError } = useErrorMessage();
  const [doneMessage, setDoneMessage] = useState<string>();

  const fail = (failure: AccountFailure) => {
    const code = failure.outcome === 'rejected' ? failure.code : failure.outcome;
    showError(messages[code] ?? accountErrorMessage(failure), code);
  };

  const act: Act = async (path, body, done) => {
    if (busy) return false;
    setBusy(true);
    setDoneMessage(undefined);
    const result = await sendWithStepUp(() => postAccount(path, body));
    setBusy(false);
    if (result.outcome === 'done') {
      clearError();
      setDoneMessage(done);
      announce(done);
      return true;
    }
    // The cookie is no longer valid: the page leads to the sign-in page and back, as after a refused token.
    if (result.outcome === 'rejected' && result.code === 'UNAUTHORIZED') leaveEndedSession();
    else fail(result);
    return false;
  };

  return { act, busy, error, doneMessage };
}

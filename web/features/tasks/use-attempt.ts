import { useState } from 'react';
import { useAnnounce } from '../../components/announcer.tsx';
import { taskErrorMessage } from './error-messages.ts';

/**
 * Runs a change: announces the message that it resolves to, or shows the message of its error. Resolves to whether it
 * succeeded.
 */
export type Attempt = (change: () => Promise<string>) => Promise<boolean>;

/** Runs the changes of a list; the last error message is shown until the next change or until it is dismissed. */
export function useAttempt() {
  const announce = useAnnounce();
  const [errorMessage, setErrorMessage] = useState<string>();

  const attempt: Attempt = async (change) => {
    setErrorMessage(undefined);
    try {
      announce(await change());
      return true;
    } catch (error) {
      setErrorMessage(taskErrorMessage(error));
      return false;
    }
  };

  return { attempt, errorMessage, dismiss: () => setErrorMessage(undefined) };
}

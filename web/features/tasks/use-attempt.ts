import { useState } from 'react';
import { useAnnounce } from '../../components/announcer.tsx';
import { taskErrorMessage } from './error-messages.ts';

/**
 * Carries a change out. `change` answers with what to announce when it is done; a failure becomes the problem that is
 * shown. Answers whether it went well.
 */
export type Attempt = (change: () => Promise<string>) => Promise<boolean>;

/** One place for the changes of a list: what failed last stays in view until the next try, or until it is dismissed. */
export function useAttempt() {
  const announce = useAnnounce();
  const [problem, setProblem] = useState<string>();

  const attempt: Attempt = async (change) => {
    setProblem(undefined);
    try {
      announce(await change());
      return true;
    } catch (error) {
      setProblem(taskErrorMessage(error));
      return false;
    }
  };

  return { attempt, problem, dismiss: () => setProblem(undefined) };
}

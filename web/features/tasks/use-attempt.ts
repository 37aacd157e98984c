import { useCallback } from 'react';
import { useAnnounce, useErrors } from '../../components/announcer.tsx';
import type { ErrorAction } from '../../components/error-region.tsx';
import { mayTryAgain, taskErrorMessage } from './error-messages.ts';
import { TASK_ERRORS } from '../../words.ts';

/** What a change is about, for its error. */
interface Subject {
  /** The title of the task. */
  readonly title: string;
  /** The id of the task; the title if it has none. Each has at most one error. */
  readonly id?: string;
  /** What the user can do about a failure. Default: try again, if that may help. */
  readonly action?: () => ErrorAction | undefined;
}

/**
 * Runs a change: announces the message that it resolves to, or shows its error, which stays until it is dismissed or a
 * change of the same subject succeeds. Resolves to whether it succeeded.
 */
export type Attempt = (change: () => Promise<string>, subject?: Subject) => Promise<boolean>;

/** Returns a function that runs the changes of a list; always the same one, so that rows need not be rendered again. */
export function useAttempt(): Attempt {
  const announce = useAnnounce();
  const errors = useErrors();

  return useCallback<Attempt>(
    async function attempt(change, subject) {
      const key = subject?.id ?? subject?.title ?? '';
      try {
        announce(await change());
        errors.clear(key);
        return true;
      } catch (error) {
        const message = taskErrorMessage(error);
        const tryAgain = { label: TASK_ERRORS.tryAgain, run: () => void attempt(change, subject) };
        const action = subject?.action ? subject.action() : mayTryAgain(error) ? tryAgain : undefined;
        errors.show(key, subject ? TASK_ERRORS.about(subject.title, message) : message, action);
        return false;
      }
    },
    [announce, errors],
  );
}

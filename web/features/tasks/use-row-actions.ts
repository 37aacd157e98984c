import { useMemo } from 'react';
import type { TaskRowFragment } from '../../graphql/generated/operations.ts';
import { useOfferUndo } from './undo.tsx';
import type { Attempt } from './use-attempt.ts';
import { useTaskChanges } from './use-task-changes.ts';

/** Returns the changes of rows (row-actions.ts), always the same functions: each is made at once, and can be undone. */
export function useRowActions(attempt: Attempt) {
  const offerUndo = useOfferUndo();
  const { toggleTask, removeTask, moveRow } = useTaskChanges();
  return useMemo(() => {
    const context = { attempt, offerUndo };
    // They reject only if they could not be loaded.
    const orSay = (change: Promise<void>) =>
      void change.catch((error: unknown) => attempt(() => Promise.reject(error)));
    return {
      toggle: (task: TaskRowFragment) => orSay(toggleTask(context, task)),
      remove: (task: TaskRowFragment, inside: Element) => orSay(removeTask(context, task, inside)),
      move: (loaded: readonly TaskRowFragment[], id: string, after: string | null) =>
        orSay(moveRow(context, loaded, id, after)),
    };
  }, [attempt, offerUndo, toggleTask, removeTask, moveRow]);
}

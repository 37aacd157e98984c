import { useCallback } from 'react';
import type { TaskRowFragment } from '../../graphql/generated/operations.ts';
import { useOfferUndo } from './undo.tsx';
import type { Attempt } from './use-attempt.ts';
import { useTaskChanges } from './use-task-changes.ts';
import { ROW_ACTIONS } from '../../words.ts';

/** Returns the element to focus after a row is removed: in an adjacent row, otherwise the field that adds a task. */
function focusTargetAfterDelete(inside: Element): HTMLElement | null | undefined {
  const row = inside.closest('li');
  const neighbor = row?.nextElementSibling ?? row?.previousElementSibling;
  return neighbor?.querySelector('input') ?? inside.closest('main')?.querySelector('form input');
}

/** Returns the changes of one row: each is made at once, and can be undone. */
export function useRowActions(attempt: Attempt) {
  const offerUndo = useOfferUndo();
  const { updateTask, deleteTask, restoreTask } = useTaskChanges();

  /** Marks a task as done or open. */
  const toggle = useCallback(
    async (task: TaskRowFragment) => {
      const { title, done } = task;
      const change = attempt(async () => {
        await updateTask(task, { done: !done });
        return done ? ROW_ACTIONS.notDone(title) : ROW_ACTIONS.done(title);
      }, task);
      const withdraw = offerUndo({
        text: done ? ROW_ACTIONS.offerOpen(title) : ROW_ACTIONS.offerDone(title),
        undo: async () => {
          await change;
          await updateTask({ ...task, done: !done }, { done });
          return done ? ROW_ACTIONS.done(title) : ROW_ACTIONS.notDone(title);
        },
      });
      if (!(await change)) withdraw();
    },
    [attempt, offerUndo, updateTask],
  );

  /**
   * Deletes a task.
   * @param inside the control in the row that was used
   */
  const remove = useCallback(
    async (task: TaskRowFragment, inside: Element) => {
      const { title } = task;
      focusTargetAfterDelete(inside)?.focus();
      const deletion = attempt(async () => {
        await deleteTask(task);
        return ROW_ACTIONS.deleted(title);
      }, task);
      const withdraw = offerUndo({
        text: ROW_ACTIONS.offerDeleted(title),
        undo: async () => {
          // The API must know of the deletion first.
          await deletion;
          await restoreTask(task);
          return ROW_ACTIONS.restored(title);
        },
      });
      if (!(await deletion)) withdraw();
    },
    [attempt, offerUndo, deleteTask, restoreTask],
  );

  return { toggle, remove };
}

import type { ApolloClient } from '@apollo/client';
import type { TaskRowFragment } from '../../graphql/generated/operations.ts';
import { deleteTask } from './delete-task.ts';
import { moveTask } from './move-task.ts';
import { restoreTask } from './restore-task.ts';
import type { OfferUndo } from './undo.tsx';
import { updateTask } from './update-task.ts';
import type { Attempt } from './use-attempt.ts';
import { ROW_ACTIONS } from '../../words.ts';

/** What the changes of a row need of the page. */
export interface RowContext {
  readonly attempt: Attempt;
  readonly offerUndo: OfferUndo;
}

/** Returns the element to focus after a row is removed: in an adjacent row, otherwise the field that adds a task. */
function focusTargetAfterDelete(inside: Element): HTMLElement | null | undefined {
  const row = inside.closest('li');
  const neighbor = row?.nextElementSibling ?? row?.previousElementSibling;
  return neighbor?.querySelector('input') ?? inside.closest('main')?.querySelector('form input');
}

/** Marks a task as done or open, and offers to undo it. */
export async function toggleTask(client: ApolloClient, { attempt, offerUndo }: RowContext, task: TaskRowFragment) {
  const { title, done } = task;
  const change = attempt(async () => {
    await updateTask(client, task, { done: !done });
    return done ? ROW_ACTIONS.notDone(title) : ROW_ACTIONS.done(title);
  }, task);
  const withdraw = offerUndo({
    text: done ? ROW_ACTIONS.offerOpen(title) : ROW_ACTIONS.offerDone(title),
    undo: async () => {
      await change;
      await updateTask(client, { ...task, done: !done }, { done });
      return done ? ROW_ACTIONS.done(title) : ROW_ACTIONS.notDone(title);
    },
  });
  if (!(await change)) withdraw();
}

/**
 * Deletes a task, and offers to restore it.
 * @param inside the control in the row that was used
 */
export async function removeTask(
  client: ApolloClient,
  { attempt, offerUndo }: RowContext,
  task: TaskRowFragment,
  inside: Element,
) {
  const { title } = task;
  focusTargetAfterDelete(inside)?.focus();
  const deletion = attempt(async () => {
    await deleteTask(client, task);
    return ROW_ACTIONS.deleted(title);
  }, task);
  const withdraw = offerUndo({
    text: ROW_ACTIONS.offerDeleted(title),
    undo: async () => {
      // The API must know of the deletion first.
      await deletion;
      await restoreTask(client, task);
      return ROW_ACTIONS.restored(title);
    },
  });
  if (!(await deletion)) withdraw();
}

/**
 * Moves a task behind another one, or to the top if `after` is null, and offers to move it back.
 * @param loaded all loaded tasks, in their order
 */
export async function moveRow(
  client: ApolloClient,
  { attempt, offerUndo }: RowContext,
  loaded: readonly TaskRowFragment[],
  id: string,
  after: string | null,
) {
  const index = loaded.findIndex((task) => task.id === id);
  const task = loaded[index];
  if (!task) return;
  const before = loaded[index - 1]?.id ?? null;
  const change = attempt(async () => {
    await moveTask(client, loaded, task, after);
    return ROW_ACTIONS.moved(task.title);
  }, task);
  const withdraw = offerUndo({
    text: ROW_ACTIONS.offerMoved(task.title),
    undo: async () => {
      await change;
      await moveTask(client, loaded, task, before);
      return ROW_ACTIONS.movedBack(task.title);
    },
  });
  if (!(await change)) withdraw();
}

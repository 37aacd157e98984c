import type { ReactNode, RefObject } from 'react';
import type { TaskRowFragment } from '../../graphql/generated/operations.ts';
import { isFiltered, type ListView } from './list-view.ts';
import { MoveRows } from './move-rows.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useOfferUndo } from './undo.tsx';
import type { Attempt } from './use-attempt.ts';
import { useTaskChanges } from './use-task-changes.ts';
import type { Selection } from './use-selection.ts';
import { LIST_ACTIONS } from '../../words.ts';

interface ListActionsProps {
  readonly list: RefObject<HTMLElement | null>;
  /** All loaded tasks. */
  readonly tasks: readonly TaskRowFragment[];
  /** The number of all tasks of the view. */
  readonly total: number;
  readonly view: ListView;
  readonly selection: Selection;
  readonly attempt: Attempt;
  /** The rows. */
  readonly children: ReactNode;
}

/** What changes the rows of a list together: their order, and several at once. */
export function ListActions({ list, tasks, total, view, selection, attempt, children }: ListActionsProps) {
  const { moveTask } = useTaskChanges();
  const offerUndo = useOfferUndo();

  async function move(id: string, after: string | null) {
    const index = tasks.findIndex((task) => task.id === id);
    const task = tasks[index];
    if (!task) return;
    const before = tasks[index - 1]?.id ?? null;
    const change = attempt(async () => {
      await moveTask(tasks, task, after);
      return LIST_ACTIONS.moved(task.title);
    }, task);
    const withdraw = offerUndo({
      text: LIST_ACTIONS.offerMoved(task.title),
      undo: async () => {
        await change;
        await moveTask(tasks, task, before);
        return LIST_ACTIONS.movedBack(task.title);
      },
    });
    if (!(await change)) withdraw();
  }

  const whyNot = view.sorting === 'position' && !isFiltered(view) ? undefined : LIST_ACTIONS.movesElsewhere;
  return (
    <>
      <SelectionBar selection={selection} tasks={tasks} total={total} attempt={attempt} />
      <MoveRows list={list} rows={tasks} move={(id, after) => void move(id, after)} whyNot={whyNot}>
        {children}
      </MoveRows>
    </>
  );
}

import type { ReactNode, RefObject } from 'react';
import type { TaskRowFragment } from '../../graphql/generated/operations.ts';
import { isFiltered, type ListView } from './list-view.ts';
import { MoveRows } from './move-rows.tsx';
import { SelectionBar } from './selection-bar.tsx';
import type { Attempt } from './use-attempt.ts';
import { useRowActions } from './use-row-actions.ts';
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
  const { move } = useRowActions(attempt);
  const whyNot = view.sorting === 'position' && !isFiltered(view) ? undefined : LIST_ACTIONS.movesElsewhere;
  return (
    <>
      <SelectionBar selection={selection} tasks={tasks} total={total} attempt={attempt} />
      <MoveRows list={list} rows={tasks} move={(id, after) => move(tasks, id, after)} whyNot={whyNot}>
        {children}
      </MoveRows>
    </>
  );
}

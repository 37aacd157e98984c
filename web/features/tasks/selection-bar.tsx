import { Button } from '../../components/button.tsx';
import { lazily } from '../../components/lazily.tsx';
import type { TaskRowFragment } from '../../graphql/generated/operations.ts';
import type { Attempt } from './use-attempt.ts';
import type { Selection } from './use-selection.ts';
import { SELECTION_BAR } from '../../words.ts';

const BulkBar = lazily('bulk-bar', async () => (await import('./bulk-bar.tsx')).BulkBar);

interface SelectionBarProps {
  readonly selection: Selection;
  /** All loaded tasks. */
  readonly tasks: readonly TaskRowFragment[];
  /** The number of all tasks of the view. */
  readonly total: number;
  readonly attempt: Attempt;
}

/** The button that starts selecting tasks and, while the user selects, the buttons that change them. */
export function SelectionBar({ selection, tasks, total, attempt }: SelectionBarProps) {
  if (selection.ids === null)
    return (
      <Button variant="quiet" onClick={selection.start}>
        {SELECTION_BAR.selectSeveral}
      </Button>
    );
  return <BulkBar selection={selection} selected={selection.ids} tasks={tasks} total={total} attempt={attempt} />;
}

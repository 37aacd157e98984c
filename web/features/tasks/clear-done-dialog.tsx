import { useMutation } from '@apollo/client/react';
import { Button } from '../../components/button.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import { ClearDoneTasksDocument, TasksDocument } from '../../graphql/generated/graphql.ts';
import { markStale } from './cached-list.ts';
import styles from './confirm-dialog.module.css';
import { useOfferUndo } from './undo.tsx';
import type { Attempt } from './use-attempt.ts';
import { useTaskChanges } from './use-task-changes.ts';

/** The most tasks that Undo brings back: each is a request. */
const MAX_UNDO = 100;
const DONE_TASKS = {
  filter: { done: true },
  orderBy: { field: 'POSITION', direction: 'ASC' },
  first: MAX_UNDO,
} as const;

const tasksText = (count: number) => `${count} done ${count === 1 ? 'task' : 'tasks'}`;

interface ClearDoneDialogProps {
  readonly attempt: Attempt;
  readonly onClose: () => void;
}

/** Deletes all done tasks, after a confirmation. The API asks for a recent sign-in, and the Apollo link for the user's. */
export function ClearDoneDialog({ attempt, onClose }: ClearDoneDialogProps) {
  const [clear, { client }] = useMutation(ClearDoneTasksDocument);
  const { restoreTask } = useTaskChanges();
  const offerUndo = useOfferUndo();

  const clearTasks = async () => {
    const before = await client.query({ query: TasksDocument, variables: DONE_TASKS, fetchPolicy: 'no-cache' });
    const { data } = await clear();
    markStale(client.cache);
    const count = data?.clearTasks ?? 0;
    const deleted = before.data?.tasks.edges.map(({ node }) => node) ?? [];
    if (count > 0 && count === deleted.length)
      offerUndo({
        text: `Deleted ${tasksText(count)}.`,
        undo: async () => {
          for (const task of deleted) await restoreTask(task);
          return `${tasksText(count)} restored`;
        },
      });
    return `${tasksText(count)} deleted`;
  };

  return (
    <Dialog title="Delete all done tasks?" onClose={onClose}>
      <p className={styles.title}>
        Their steps are deleted too. Undo brings up to {MAX_UNDO} tasks back; the API keeps all of them for 30 days.
      </p>
      <div className={styles.buttons}>
        <Button onClick={({ currentTarget }) => closeDialog(currentTarget)}>Keep them</Button>
        <Button
          variant="danger"
          onClick={({ currentTarget }) => {
            closeDialog(currentTarget);
            void attempt(clearTasks);
          }}
        >
          Delete
        </Button>
      </div>
    </Dialog>
  );
}

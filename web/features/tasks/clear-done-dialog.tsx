import { useMutation } from '@apollo/client/react';
import { Button } from '../../components/button.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import { ClearDoneTasksDocument, TasksDocument } from '../../graphql/generated/operations.ts';
import { markStale } from './cached-list.ts';
import styles from './confirm-dialog.module.css';
import { restoreTask } from './restore-task.ts';
import { useOfferUndo } from './undo.tsx';
import type { Attempt } from './use-attempt.ts';
import { CLEAR_DONE_DIALOG } from '../../words.ts';

/** The most tasks that Undo brings back: each is a request. */
const MAX_UNDO = 100;
const DONE_TASKS = {
  filter: { done: true },
  orderBy: { field: 'POSITION', direction: 'ASC' },
  first: MAX_UNDO,
} as const;

interface ClearDoneDialogProps {
  readonly attempt: Attempt;
  readonly onClose: () => void;
}

/** Deletes all done tasks, after a confirmation. The API asks for a recent sign-in, and the Apollo link for the user's. */
export function ClearDoneDialog({ attempt, onClose }: ClearDoneDialogProps) {
  const [clear, { client }] = useMutation(ClearDoneTasksDocument);
  const offerUndo = useOfferUndo();

  const clearTasks = async () => {
    const before = await client.query({ query: TasksDocument, variables: DONE_TASKS, fetchPolicy: 'no-cache' });
    const { data } = await clear();
    markStale(client.cache);
    const count = data?.clearTasks ?? 0;
    const deleted = before.data?.tasks.edges.map(({ node }) => node) ?? [];
    if (count > 0 && count === deleted.length)
      offerUndo({
        text: CLEAR_DONE_DIALOG.offerDeleted(count),
        undo: async () => {
          for (const task of deleted) await restoreTask(client, task);
          return CLEAR_DONE_DIALOG.restored(count);
        },
      });
    return CLEAR_DONE_DIALOG.deleted(count);
  };

  return (
    <Dialog title={CLEAR_DONE_DIALOG.deleteAllDoneTasks} onClose={onClose}>
      <p className={styles.title}>{CLEAR_DONE_DIALOG.theirStepsAreDeleted(MAX_UNDO)}</p>
      <div className={styles.buttons}>
        <Button onClick={({ currentTarget }) => closeDialog(currentTarget)}>{CLEAR_DONE_DIALOG.keepThem}</Button>
        <Button
          variant="danger"
          onClick={({ currentTarget }) => {
            closeDialog(currentTarget);
            void attempt(clearTasks);
          }}
        >
          {CLEAR_DONE_DIALOG.delete}
        </Button>
      </div>
    </Dialog>
  );
}

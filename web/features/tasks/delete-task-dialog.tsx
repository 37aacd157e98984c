import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import type { TaskFieldsFragment } from '../../graphql/generated/graphql.ts';
import styles from './delete-task-dialog.module.css';
import type { Attempt } from './use-attempt.ts';
import { useDeleteTask } from './use-delete-task.ts';

interface DeleteTaskDialogProps {
  readonly task: TaskFieldsFragment;
  readonly attempt: Attempt;
  readonly onClose: () => void;
}

/** Asks before a task is deleted: there is no way back. */
export function DeleteTaskDialog({ task, attempt, onClose }: DeleteTaskDialogProps) {
  const deleteTask = useDeleteTask();
  return (
    <Dialog title="Delete this task?" onClose={onClose}>
      {(close) => (
        <>
          <p className={styles.title}>{task.title}</p>
          <div className={styles.buttons}>
            <Button onClick={close}>Keep it</Button>
            <Button
              look="danger"
              onClick={() => {
                close();
                void attempt(async () => {
                  await deleteTask(task.id);
                  return `Deleted: ${task.title}`;
                });
              }}
            >
              Delete
            </Button>
          </div>
        </>
      )}
    </Dialog>
  );
}

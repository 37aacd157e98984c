import { Button } from '../../components/button.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import styles from './delete-task-dialog.module.css';
import type { KnownTask } from './list-rules.ts';
import type { Attempt } from './use-attempt.ts';
import { useDeleteTask } from './use-delete-task.ts';

interface DeleteTaskDialogProps {
  readonly task: KnownTask;
  readonly attempt: Attempt;
  readonly onClose: () => void;
}

/** Returns the element to focus after a row is removed: in an adjacent row, otherwise the field that adds a task. */
function focusTargetAfterDelete(inside: Element): HTMLElement | null | undefined {
  const row = inside.closest('li');
  const neighbor = row?.nextElementSibling ?? row?.previousElementSibling;
  return neighbor?.querySelector('input') ?? inside.closest('main')?.querySelector('form input');
}

/** Asks for confirmation before a task is deleted, which cannot be undone. */
export function DeleteTaskDialog({ task, attempt, onClose }: DeleteTaskDialogProps) {
  const deleteTask = useDeleteTask();
  return (
    <Dialog title="Delete this task?" onClose={onClose}>
      <p className={styles.title}>{task.title}</p>
      <div className={styles.buttons}>
        <Button onClick={({ currentTarget }) => closeDialog(currentTarget)}>Keep it</Button>
        <Button
          variant="danger"
          onClick={({ currentTarget }) => {
            const next = focusTargetAfterDelete(currentTarget);
            closeDialog(currentTarget);
            next?.focus();
            void attempt(async () => {
              await deleteTask(task);
              return `Deleted: ${task.title}`;
            }, task);
          }}
        >
          Delete
        </Button>
      </div>
    </Dialog>
  );
}

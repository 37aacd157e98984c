import { useQuery } from '@apollo/client/react';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { Notice } from '../../components/notice.tsx';
import { errorCode } from '../../graphql/error-code.ts';
import { TaskDocument } from '../../graphql/generated/operations.ts';
import { EditTaskDialog } from './edit-task-dialog.tsx';
import styles from './edit-task-dialog.module.css';
import { TASK_DIALOG, TASK_ERRORS } from '../../words.ts';

/** The dialog of the task that the URL names: fetched when it is opened, since the list has no long texts. */
export function TaskDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { data, loading, error, refetch } = useQuery(TaskDocument, {
    variables: { id },
    // What another device changed is shown too.
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
    notifyOnNetworkStatusChange: true,
  });
  if (data?.task) return <EditTaskDialog task={data.task} completedAt={data.task.completedAt} onClose={onClose} />;

  // The API rejects an id that none of its tasks can have.
  const isUnknown = data?.task === null || errorCode(error) === 'BAD_USER_INPUT';
  const failed = error !== undefined && !isUnknown;
  return (
    <Dialog title={isUnknown ? TASK_DIALOG.taskNotFound : TASK_DIALOG.editTask} onClose={onClose} onDismiss={onClose}>
      {isUnknown && <p>{TASK_DIALOG.thereIsNoTask}</p>}
      {failed && (
        <Notice action={<Button onClick={() => void refetch().catch(() => undefined)}>{TASK_DIALOG.tryAgain}</Button>}>
          {TASK_ERRORS.taskUnavailable}
        </Notice>
      )}
      {!isUnknown && loading && <output>{TASK_DIALOG.loading}</output>}
      <div className={styles.buttons}>
        <Button onClick={onClose}>{TASK_DIALOG.close}</Button>
      </div>
    </Dialog>
  );
}

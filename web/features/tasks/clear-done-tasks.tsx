import { useMutation } from '@apollo/client/react';
import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { closeDialog, Dialog } from '../../components/dialog.tsx';
import { ClearDoneTasksDocument } from '../../graphql/generated/graphql.ts';
import { markStale } from './cached-list.ts';
import styles from './delete-task-dialog.module.css';
import type { Attempt } from './use-attempt.ts';

/** Deletes all done tasks, after a confirmation. The API asks for a recent sign-in, and the Apollo link for the user's. */
export function ClearDoneTasks({ attempt }: { attempt: Attempt }) {
  const [asking, setAsking] = useState(false);
  const [clear, { client }] = useMutation(ClearDoneTasksDocument);

  const clearTasks = async () => {
    const { data } = await clear();
    markStale(client.cache);
    const count = data?.clearTasks ?? 0;
    return `${count} done ${count === 1 ? 'task' : 'tasks'} deleted`;
  };

  return (
    <>
      <Button variant="quiet" onClick={() => setAsking(true)}>
        Delete done tasks
      </Button>
      {asking && (
        <Dialog title="Delete all done tasks?" onClose={() => setAsking(false)}>
          <p className={styles.title}>Their steps are deleted too. This cannot be undone.</p>
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
      )}
    </>
  );
}

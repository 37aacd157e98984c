import { useState } from 'react';
import { Button } from '../../components/button.tsx';
import { lazily } from '../../components/lazily.tsx';
import type { Attempt } from './use-attempt.ts';
import { CLEAR_DONE_TASKS } from '../../words.ts';

const ClearDoneDialog = lazily('clear-done', async () => (await import('./clear-done-dialog.tsx')).ClearDoneDialog);

/** The button that deletes all done tasks. */
export function ClearDoneTasks({ attempt }: { attempt: Attempt }) {
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Button variant="quiet" onClick={() => setAsking(true)}>
        {CLEAR_DONE_TASKS.deleteDoneTasks}
      </Button>
      {asking && <ClearDoneDialog attempt={attempt} onClose={() => setAsking(false)} />}
    </>
  );
}

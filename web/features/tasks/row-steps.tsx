import { useFragment } from '@apollo/client/react';
import { TaskStepsFragmentDoc } from '../../graphql/generated/operations.ts';
import { isPending } from './pending.ts';
import styles from './row-steps.module.css';
import type { Attempt } from './use-attempt.ts';
import { useSteps } from './use-steps.ts';
import { ROW_STEPS } from '../../words.ts';

/** The steps of a task in the list, to tick them. */
export function RowSteps({ taskId, attempt }: { taskId: string; attempt: Attempt }) {
  const { data, complete } = useFragment({
    fragment: TaskStepsFragmentDoc,
    from: { __typename: 'Task' as const, id: taskId },
  });
  const { change } = useSteps(taskId);
  if (!complete) return null;
  return (
    <ul className={styles.steps} aria-label={ROW_STEPS.steps}>
      {data.steps.map((step) => (
        <li key={step.id}>
          <label className={styles.step} data-done={step.done}>
            <input
              type="checkbox"
              checked={step.done}
              disabled={isPending(step.id)}
              onChange={() =>
                void attempt(
                  async () => {
                    await change(step, { done: !step.done });
                    return step.done ? ROW_STEPS.notDone(step.title) : ROW_STEPS.done(step.title);
                  },
                  { id: step.id, title: step.title },
                )
              }
            />
            <span dir="auto">{step.title}</span>
          </label>
        </li>
      ))}
    </ul>
  );
}

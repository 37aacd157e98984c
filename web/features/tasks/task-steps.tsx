import { useFragment } from '@apollo/client/react';
import { type FormEvent, useRef, useState } from 'react';
import { Button } from '../../components/button.tsx';
import { Notice } from '../../components/notice.tsx';
import { TaskStepsFragmentDoc } from '../../graphql/generated/operations.ts';
import { taskErrorMessage } from './error-messages.ts';
import { MAX_STEPS, MAX_TITLE_LENGTH } from './limits.ts';
import { isPending } from './pending.ts';
import { StepRow } from './step-row.tsx';
import styles from './task-steps.module.css';
import { type Step, useSteps } from './use-steps.ts';
import { TASK_STEPS } from '../../words.ts';

/** What the section says: of a change, or of its failure. */
interface Message {
  readonly text: string;
  readonly failed: boolean;
  readonly count: number;
}

/**
 * The steps in a task's dialog. Each change is saved at once, unlike the dialog's fields. Its messages are here: while a
 * dialog is open, screen readers do not hear the page behind it.
 */
export function TaskSteps({ taskId }: { taskId: string }) {
  const { data, complete } = useFragment({
    fragment: TaskStepsFragmentDoc,
    from: { __typename: 'Task' as const, id: taskId },
  });
  const { add, change, exchange, remove } = useSteps(taskId);
  const [message, setMessage] = useState<Message>({ text: '', failed: false, count: 0 });
  const list = useRef<HTMLOListElement>(null);
  const field = useRef<HTMLInputElement>(null);
  if (!complete) return null;
  const { steps } = data;
  const done = steps.filter((step) => step.done).length;

  const say = (text: string, failed = false) => setMessage(({ count }) => ({ text, failed, count: count + 1 }));

  /** Runs a change and says what it did. Resolves to whether it succeeded. */
  async function attempt(run: () => Promise<unknown>, text: string): Promise<boolean> {
    try {
      await run();
      say(text);
      return true;
    } catch (error) {
      say(taskErrorMessage(error), true);
      return false;
    }
  }

  /** Moves the focus to the title of the step at a place; to the field for a new one if there is none. */
  const focusStep = (index: number) =>
    (list.current?.children[index]?.querySelector<HTMLElement>('input:not([type])') ?? field.current)?.focus();

  function move(index: number, by: 1 | -1) {
    const step = steps[index];
    const neighbor = steps[index + by];
    if (!step || !neighbor || isPending(neighbor.id) || isPending(step.id)) return;
    const [upper, lower] = by === 1 ? [step, neighbor] : [neighbor, step];
    focusStep(index + by);
    void attempt(() => exchange(upper, lower), TASK_STEPS.moved(step.title, index + by + 1, steps.length));
  }

  function removeStep(step: Step, index: number) {
    focusStep(index + 1 < steps.length ? index + 1 : index - 1);
    void attempt(() => remove(step), TASK_STEPS.deleted(step.title));
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    const input = field.current;
    const title = input?.value.trim();
    if (!input || !title) return;
    input.value = '';
    // After a failure the field gets the title back, unless another one is typed there.
    if (!(await attempt(() => add(title), TASK_STEPS.added(title))) && input.value === '') input.value = title;
  }

  return (
    <section className={styles.steps} aria-labelledby={`steps-${taskId}`}>
      <h3 className={styles.heading} id={`steps-${taskId}`}>
        {TASK_STEPS.steps}
        {steps.length > 0 && <span className={styles.progress}>{TASK_STEPS.progress(done, steps.length)}</span>}
      </h3>
      {steps.length > 0 && (
        <ol className={styles.list} ref={list}>
          {steps.map((step, index) => (
            <StepRow
              key={step.id}
              step={step}
              isFirst={index === 0}
              isLast={index === steps.length - 1}
              onTick={() =>
                void attempt(
                  () => change(step, { done: !step.done }),
                  step.done ? TASK_STEPS.notDone(step.title) : TASK_STEPS.done(step.title),
                )
              }
              onRename={(title) => attempt(() => change(step, { title }), TASK_STEPS.renamed(title))}
              onMove={(by) => move(index, by)}
              onRemove={() => removeStep(step, index)}
            />
          ))}
        </ol>
      )}
      {steps.length < MAX_STEPS ? (
        <form className={styles.add} onSubmit={submit}>
          <input
            ref={field}
            name="newStep"
            className={styles.field}
            aria-label={TASK_STEPS.newStep}
            placeholder={TASK_STEPS.addAStep}
            maxLength={MAX_TITLE_LENGTH}
            dir="auto"
            autoComplete="off"
            enterKeyHint="done"
          />
          <Button type="submit">{TASK_STEPS.addStep}</Button>
        </form>
      ) : (
        <p className={styles.full}>{TASK_STEPS.full(MAX_STEPS)}</p>
      )}
      {message.failed && <Notice key={message.count}>{message.text}</Notice>}
      <output className={styles.hidden}>{!message.failed && <span key={message.count}>{message.text}</span>}</output>
    </section>
  );
}

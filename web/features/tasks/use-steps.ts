import type { ApolloCache } from '@apollo/client/cache';
import { useMutation } from '@apollo/client/react';
import {
  AddStepDocument,
  DeleteStepDocument,
  ExchangeStepsDocument,
  type TaskStepsFragment,
  TaskStepsFragmentDoc,
  UpdateStepDocument,
} from '../../graphql/generated/operations.ts';
import { randomId } from '../../graphql/random-id.ts';
import { PENDING } from './pending.ts';

export type Step = TaskStepsFragment['steps'][number];

/** Returns the steps with a new one at the end. Unchanged if they have it: the task was fetched meanwhile. */
export function withStep(steps: readonly Step[], step: Step): Step[] {
  return steps.some(({ id }) => id === step.id) ? [...steps] : [...steps, step];
}

function updateSteps(cache: ApolloCache, taskId: string, update: (steps: readonly Step[]) => Step[]): void {
  cache.updateFragment({ fragment: TaskStepsFragmentDoc, id: `Task:${taskId}` }, (task) =>
    task ? { ...task, steps: update(task.steps) } : undefined,
  );
}

/** Returns functions that change the steps of a task; each change shows at once, and is reverted if the API rejects it. */
export function useSteps(taskId: string) {
  const [add] = useMutation(AddStepDocument);
  const [update] = useMutation(UpdateStepDocument);
  const [exchange] = useMutation(ExchangeStepsDocument);
  const [remove] = useMutation(DeleteStepDocument);

  return {
    add: (title: string) =>
      add({
        variables: { taskId, input: { title } },
        optimisticResponse: {
          __typename: 'Mutation',
          addStep: { __typename: 'Step', id: `${PENDING}${randomId()}`, title, done: false },
        },
        update: (cache, { data }) => {
          const step = data?.addStep;
          if (step) updateSteps(cache, taskId, (steps) => withStep(steps, step));
        },
      }),
    change: (step: Step, input: { title?: string; done?: boolean }) =>
      update({
        variables: { id: step.id, input },
        optimisticResponse: { __typename: 'Mutation', updateStep: { ...step, ...input } },
      }),
    /** Exchanges the contents of two steps: the API has no operation that moves a step, and a step has nothing else. */
    exchange: (upper: Step, lower: Step) => {
      const contents = ({ title, done }: Step) => ({ title, done });
      return exchange({
        variables: { upper: upper.id, upperInput: contents(lower), lower: lower.id, lowerInput: contents(upper) },
        optimisticResponse: {
          __typename: 'Mutation',
          upper: { ...upper, ...contents(lower) },
          lower: { ...lower, ...contents(upper) },
        },
      });
    },
    remove: (step: Step) =>
      remove({
        variables: { id: step.id },
        optimisticResponse: { __typename: 'Mutation', deleteStep: step.id },
        update: (cache) => {
          updateSteps(cache, taskId, (steps) => steps.filter(({ id }) => id !== step.id));
          cache.evict({ id: `Step:${step.id}` });
          cache.gc();
        },
      }),
  };
}

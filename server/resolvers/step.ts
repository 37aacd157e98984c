import type { StepResolvers } from '../generated/resolvers.ts';
import { notFound } from '../errors.ts';
import { selectedFieldNames } from './selected-fields.ts';

export const Step: StepResolvers = {
  async task({ taskId }, _args, { data }, info) {
    const task = taskId === undefined ? null : await data.tasks.byId(taskId, selectedFieldNames(info));
    // It went between the statement that found the step and this one.
    if (task === null) throw notFound();
    return task;
  },
};

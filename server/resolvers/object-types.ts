import type { StepResolvers, TaskResolvers, UserResolvers } from '../generated/resolvers.ts';
import { notFound } from '../errors.ts';
import { authEventPage } from './auth-event-page.ts';
import { selectedFieldNames } from './selected-fields.ts';
import { taskPage } from './task-page.ts';

export const User: UserResolvers = {
  // @owner on User: the user is the viewer, so the viewer's tasks and events are the user's.
  tasks: (_user, args, context, info) => taskPage(args, context, info),
  securityEvents: (_user, args, { data }) => authEventPage(args, data.authEvents),
};

export const Task: TaskResolvers = {
  steps: ({ id }, _args, { data }, info) => data.steps.ofTask(id, selectedFieldNames(info)),
};

export const Step: StepResolvers = {
  async task({ taskId }, _args, { data }, info) {
    const task = taskId === undefined ? null : await data.tasks.byId(taskId, selectedFieldNames(info));
    // Another request deleted the task after the statement that found the step.
    if (task === null) throw notFound();
    return task;
  },
};

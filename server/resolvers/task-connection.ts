import type { TaskConnectionResolvers, TaskEdgeResolvers } from '../generated/resolvers.ts';
import { pageInfo } from './page.ts';

export const TaskConnection: TaskConnectionResolvers = {
  edges: ({ nodes }) => nodes,
  pageInfo: (page, _args, { data }) => pageInfo(page, data.tasks.cursorOf),
};

export const TaskEdge: TaskEdgeResolvers = {
  node: (task) => task,
  cursor: (task, _args, { data }) => data.tasks.cursorOf(task),
};

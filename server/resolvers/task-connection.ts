import type { TaskConnectionResolvers, TaskEdgeResolvers } from '../generated/resolvers.ts';

export const TaskConnection: TaskConnectionResolvers = {
  edges: ({ nodes }) => nodes,
  pageInfo({ nodes, hasNextPage, hasPreviousPage }, _args, { data }) {
    const [first, last] = [nodes[0], nodes.at(-1)];
    return {
      hasNextPage,
      hasPreviousPage,
      startCursor: first ? data.tasks.cursorOf(first) : null,
      endCursor: last ? data.tasks.cursorOf(last) : null,
    };
  },
};

export const TaskEdge: TaskEdgeResolvers = {
  node: (task) => task,
  cursor: (task, _args, { data }) => data.tasks.cursorOf(task),
};

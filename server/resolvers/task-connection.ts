import type { TaskConnectionResolvers } from '../generated/resolvers.ts';
import { pageInfo } from './page.ts';

export const TaskConnection: TaskConnectionResolvers = {
  edges: ({ nodes, cursorOf }) => nodes.map((node) => ({ node, cursor: cursorOf(node) })),
  pageInfo: (page) => pageInfo(page, page.cursorOf),
};

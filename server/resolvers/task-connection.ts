import type { TaskConnectionResolvers } from '../generated/resolvers.ts';
import { edges, pageInfo } from './page.ts';

export const TaskConnection: TaskConnectionResolvers = { edges, pageInfo };

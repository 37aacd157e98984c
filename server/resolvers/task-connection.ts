import type { TaskConnectionResolvers } from '../generated/resolvers.ts';
import { edges, pageInfo } from './pagination.ts';

export const TaskConnection: TaskConnectionResolvers = { edges, pageInfo };

import type { AuthEventConnectionResolvers } from '../generated/resolvers.ts';
import { edges, pageInfo } from './pagination.ts';

export const AuthEventConnection: AuthEventConnectionResolvers = { edges, pageInfo };

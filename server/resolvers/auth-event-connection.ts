import type { AuthEventConnectionResolvers } from '../generated/resolvers.ts';
import { edges, pageInfo } from './page.ts';

export const AuthEventConnection: AuthEventConnectionResolvers = { edges, pageInfo };

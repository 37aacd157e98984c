import type {
  AuthEventConnectionResolvers,
  AuthEventEdgeResolvers,
  QueryResolvers,
  UserResolvers,
} from '../generated/resolvers.ts';
import { foundPage, pageInfo, pageSize } from './page.ts';

const USUAL = 50;

/** Everybody's events. That they may be read was judged before this runs, and the database judges it again. */
export const securityLog: NonNullable<QueryResolvers['securityLog']> = async (_source, { first, after }, { data }) =>
  foundPage(await data.everyOwner('AuthEvent').page(pageSize(first, USUAL), after ?? null));

/** The viewer's own events: there is no other user that a viewer could hold. */
export const securityEvents: NonNullable<UserResolvers['securityEvents']> = async (_user, { first, after }, { data }) =>
  foundPage(await data.authEvents.page(pageSize(first, USUAL), after ?? null));

export const AuthEventConnection: AuthEventConnectionResolvers = {
  edges: ({ nodes }) => nodes,
  pageInfo: (page, _args, { data }) => pageInfo(page, data.authEvents.cursorOf),
};

export const AuthEventEdge: AuthEventEdgeResolvers = {
  node: (event) => event,
  cursor: (event, _args, { data }) => data.authEvents.cursorOf(event),
};

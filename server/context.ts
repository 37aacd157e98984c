import type { RequestClient } from '../runtime/http/request-client.ts';
import type { TraceSpan } from '../runtime/tracing/tracing.ts';
import type { OwnedData } from './data/owned-data.ts';
import type { Deadline } from './data/pg/deadline.ts';
import type { PositionExchange } from './data/replica/read-router.ts';
import type { Viewer } from './viewer.ts';

export type { Deadline, PositionExchange, RequestClient };

/** The context of resolvers: the viewer and the viewer's own data. It has no access to another user's data. */
export interface Context {
  readonly viewer: Viewer | null;
  /** The viewer's own data. Reading it without a viewer throws: it is a bug of this server. */
  readonly data: OwnedData;
  /** The id of the request, in its response and in the log. */
  readonly requestId: string;
}

/** Runs operations on the database; `app.ts` creates it from the database and the repositories. */
export interface OperationRunner {
  /**
   * Runs the resolvers of a query: each statement is a transaction, cancelled when the client leaves or time is up.
   * @param client the client of the request, which the events of cross-owner reads name
   * @param onStatement called for each statement that the resolvers send
   * @param position the position that the client keeps, where queries may run on read replicas
   * @param trace the span that the statements are parts of; default: they are not recorded
   */
  runQuery<T>(
    viewer: Viewer,
    work: (data: OwnedData) => Promise<T>,
    deadline: Deadline,
    client?: RequestClient,
    onStatement?: () => void,
    position?: PositionExchange,
    trace?: TraceSpan,
  ): Promise<T>;
  /** Runs the resolvers of a mutation in one transaction: rolled back if `work` rejects or time is up. */
  runMutation<T>(
    viewer: Viewer,
    work: (data: OwnedData) => Promise<T>,
    deadline: Deadline,
    onStatement?: () => void,
    position?: PositionExchange,
    trace?: TraceSpan,
  ): Promise<T>;
  /** Whether an error means that the database is unavailable. */
  isUnavailable(error: unknown): boolean;
}

/** Returns the context of an authenticated request. */
export function viewerContext(viewer: Viewer, data: OwnedData, requestId: string): Context {
  return { viewer, data, requestId };
}

/** Returns the context of an anonymous request. */
export function anonymousContext(requestId: string): Context {
  return {
    viewer: null,
    requestId,
    get data(): never {
      throw new Error('A resolver read `data` in an anonymous request: its field needs @auth or @owner.');
    },
  };
}

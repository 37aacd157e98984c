import type { OwnedData } from './data/owned-data.ts';
import type { Deadline } from './data/pg/deadline.ts';
import type { Viewer } from './viewer.ts';

export type { Deadline };

/** What resolvers are given: who is calling, and what is theirs. There is no way from here to anybody else's data. */
export interface Context {
  readonly viewer: Viewer | null;
  /** The viewer's own data. Without a viewer there is none, and asking for it is a fault of ours. */
  readonly data: OwnedData;
  /** The name of the request, as its answer and the log have it. */
  readonly requestId: string;
}

/** How operations reach the data: what `app.ts` joins from the database and the owned repositories. */
export interface OperationRunner {
  /** Runs a query's resolvers: each statement is a transaction of its own, cancelled when nobody waits for it. */
  runQuery<T>(viewer: Viewer, work: (data: OwnedData) => Promise<T>, deadline: Deadline): Promise<T>;
  /** Runs a mutation's resolvers in one transaction: it is rolled back when `work` rejects or time is up. */
  runMutation<T>(viewer: Viewer, work: (data: OwnedData) => Promise<T>, deadline: Deadline): Promise<T>;
  /** Whether an error means that the database did not answer. */
  isUnavailable(error: unknown): boolean;
}

/** The context of a signed-in caller. */
export function viewerContext(viewer: Viewer, data: OwnedData, requestId: string): Context {
  return { viewer, data, requestId };
}

/** The context of everybody else. */
export function anonymousContext(requestId: string): Context {
  return {
    viewer: null,
    requestId,
    get data(): never {
      throw new Error('A resolver asked for owned data on behalf of nobody: its field needs @auth or @owner.');
    },
  };
}

import type { DataSource } from 'typeorm';
import type { Viewer } from '../viewer.ts';
import { createOwnedData, type OwnedData } from './owned-data.ts';
import { DatabaseUnavailable } from './pg/database-errors.ts';
import type { Deadline } from './pg/deadline.ts';
import type { RequestClient } from '../../runtime/http/request-client.ts';
import type { TraceSpan } from '../../runtime/tracing/tracing.ts';
import type { RunStatement, ViewerDatabase } from './pg/viewer-database.ts';
import type { Owners } from './query/owned-statements.ts';
import type { PositionExchange, ReadRouter } from './replica/read-router.ts';

/**
 * Creates the functions that run an operation's resolvers with the viewer's data, which is unusable afterwards.
 * @param reads chooses the server of each query. Default: all run on `database`, the primary
 */
export function createOperationRunner(
  database: ViewerDatabase,
  mapping: DataSource,
  owners: Owners,
  reads?: ReadRouter,
) {
  const bind = createOwnedData(mapping, owners);
  return {
    /** Runs a query. Each statement is a separate transaction, and is cancelled when the deadline expires. */
    async runQuery<T>(
      viewer: Viewer,
      work: (data: OwnedData) => Promise<T>,
      deadline: Deadline,
      client?: RequestClient,
      onStatement?: () => void,
      position?: PositionExchange,
      trace?: TraceSpan,
    ): Promise<T> {
      const { userId } = viewer;
      const { run, close } =
        reads === undefined
          ? database.openReader(userId, deadline, client, trace)
          : await reads.openReader(viewer, deadline, client, position?.received, trace);
      try {
        return await work(bind(userId, counted(run, onStatement)));
      } finally {
        close();
      }
    },
    /** Runs a mutation in one transaction, which is rolled back if `work` rejects. */
    runMutation<T>(
      { userId }: Viewer,
      work: (data: OwnedData) => Promise<T>,
      deadline: Deadline,
      onStatement?: () => void,
      position?: PositionExchange,
      trace?: TraceSpan,
    ): Promise<T> {
      const workWith = (run: RunStatement) => work(bind(userId, counted(run, onStatement)));
      const send =
        reads && position && ((committed: string | null) => position.send(reads.positionAfter(userId, committed)));
      return database.runTransaction(userId, workWith, deadline, send, trace);
    },
    isUnavailable(error: unknown): boolean {
      return error instanceof DatabaseUnavailable;
    },
  };
}

/** Returns `run` itself, or a function that calls `onStatement` first. */
function counted(run: RunStatement, onStatement: (() => void) | undefined): RunStatement {
  if (onStatement === undefined) return run;
  return (...args) => {
    onStatement();
    return run(...args);
  };
}

import { BatchLoader } from './batch-loader.ts';
import type { PreparedQuery } from './statement-cache.ts';
import type { RunStatement } from '../pg/viewer-database.ts';

/** How the repositories of one operation reach the database: as its viewer, and as nobody else. */
export interface ViewerSession {
  readonly viewer: string;
  readonly batchLoader: BatchLoader;
  /** Runs a statement of this shape; its `:viewer` is filled in. */
  query<Row extends object>(preparedQuery: PreparedQuery, values?: Readonly<Record<string, unknown>>): Promise<Row[]>;
}

/** Binds an operation's way to the database to its viewer. */
export function createViewerSession(viewer: string, run: RunStatement): ViewerSession {
  return {
    viewer,
    batchLoader: new BatchLoader(),
    query: ({ statement, bind }, values = {}) => run(statement, bind({ ...values, viewer })),
  };
}

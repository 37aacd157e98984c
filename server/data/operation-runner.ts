import type { DataSource } from 'typeorm';
import type { Viewer } from '../viewer.ts';
import { type OwnedData, createOwnedData } from './owned-data.ts';
import { DatabaseUnavailable } from './pg/database-errors.ts';
import type { Owners } from './query/owned-statements.ts';
import type { Deadline } from './pg/deadline.ts';
import type { ViewerDatabase } from './pg/viewer-database.ts';

/** Joins the database and the owned repositories: an operation gets its viewer's data, and only until it has ended. */
export function createOperationRunner(database: ViewerDatabase, mapping: DataSource, owners: Owners) {
  const bind = createOwnedData(mapping, owners);
  return {
    /** Runs a query's resolvers: each statement is a transaction of its own, cancelled when nobody waits for it. */
    async runQuery<T>({ userId }: Viewer, work: (data: OwnedData) => Promise<T>, deadline: Deadline): Promise<T> {
      const { run, close } = database.openReader(userId, deadline);
      try {
        return await work(bind(userId, run));
      } finally {
        close();
      }
    },
    /** Runs a mutation's resolvers in one transaction: it is rolled back when `work` rejects. */
    runMutation<T>({ userId }: Viewer, work: (data: OwnedData) => Promise<T>, deadline: Deadline): Promise<T> {
      return database.runTransaction(userId, (run) => work(bind(userId, run)), deadline);
    },
    isUnavailable(error: unknown): boolean {
      return error instanceof DatabaseUnavailable;
    },
  };
}

import type { DataSource } from 'typeorm';
import type { Viewer } from '../viewer.ts';
import { type OwnedData, ownedData } from './data.ts';
import { DatabaseUnavailable } from './errors.ts';
import type { Owners } from './owned.ts';
import type { Patience } from './patience.ts';
import type { Database } from './transaction.ts';

/** Joins the database and the owned repositories: an operation gets its viewer's data, and only until it has ended. */
export function createOperations(database: Database, mapping: DataSource, owners: Owners) {
  const bind = ownedData(mapping, owners);
  return {
    /** Runs a query's resolvers: each statement is a transaction of its own, cancelled when nobody waits for it. */
    async query<T>({ userId }: Viewer, work: (data: OwnedData) => Promise<T>, patience: Patience): Promise<T> {
      const { run, close } = database.reading(userId, patience);
      try {
        return await work(bind(userId, run));
      } finally {
        close();
      }
    },
    /** Runs a mutation's resolvers in one transaction: it is rolled back when `work` rejects. */
    mutation<T>({ userId }: Viewer, work: (data: OwnedData) => Promise<T>, patience: Patience): Promise<T> {
      return database.writing(userId, (run) => work(bind(userId, run)), patience);
    },
    isUnavailable(error: unknown): boolean {
      return error instanceof DatabaseUnavailable;
    },
  };
}

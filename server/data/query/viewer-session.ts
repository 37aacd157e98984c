import type { EntitySchema, ObjectLiteral } from 'typeorm';
import type { RunStatement } from '../pg/viewer-database.ts';
import { BatchLoader } from './batch-loader.ts';
import type { CrossOwnerStatements } from './cross-owner-statements.ts';
import type { OwnedStatements, RowScope } from './owned-statements.ts';
import type { PreparedQuery, StatementCache } from './statement-cache.ts';

/**
 * What a repository prepares its statements with, once at start. It does not contain TypeORM's `DataSource`, whose
 * queries have no owner condition.
 */
export interface RepositoryContext {
  /** Returns the statement builders of an owned table, by default for its rows that are not deleted. */
  ownedStatements<Row extends ObjectLiteral>(entity: EntitySchema<Row>, scope?: RowScope): OwnedStatements<Row>;
  /** Returns the statement builder for cross-owner reads of a table. */
  crossOwnerStatements<Row extends ObjectLiteral>(entity: EntitySchema<Row>): CrossOwnerStatements<Row>;
  readonly statementCache: StatementCache;
}

/** What a repository runs its statements with, for one operation: every statement runs as the operation's viewer. */
export interface ViewerSession {
  readonly batchLoader: BatchLoader;
  /** Runs a prepared query and resolves with its rows. The session binds `:viewer`; `values` cannot override it. */
  query<Row extends object>(preparedQuery: PreparedQuery, values?: Readonly<Record<string, unknown>>): Promise<Row[]>;
}

/** Creates the session of one operation. This is where the viewer's id becomes a parameter of the SQL. */
export function createViewerSession(viewer: string, run: RunStatement): ViewerSession {
  return {
    batchLoader: new BatchLoader(),
    query: ({ statement, bind }, values = {}) => run(statement, bind({ ...values, viewer })),
  };
}

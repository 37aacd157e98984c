import type { DataSource, EntitySchema, ObjectLiteral } from 'typeorm';
import { type OwnedStatements, type Owners, createOwnedStatements } from './owned-statements.ts';
import { StatementCache } from './statement-cache.ts';

/** What repositories are made from. TypeORM's own way to the tables, which knows no owner, is not in here. */
export interface RepositoryContext {
  /** The ways into an owned table. */
  ownedStatements<Row extends ObjectLiteral>(entity: EntitySchema<Row>): OwnedStatements<Row>;
  /** Where statements are kept once they have been built. */
  readonly statementCache: StatementCache;
}

/** Binds the mapping to the owners that the schema names. */
export function createRepositoryContext(mapping: DataSource, owners: Owners): RepositoryContext {
  return {
    ownedStatements: (entity) => createOwnedStatements(mapping, entity, owners),
    statementCache: new StatementCache(mapping),
  };
}

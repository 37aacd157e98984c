import type { DataSource, EntitySchema, ObjectLiteral } from 'typeorm';
import type { RunStatement } from '../pg/viewer-database.ts';
import type { Owners } from './owned-statements.ts';
import { createSelect, type OwnedSql, type SelectParts } from './select-statement.ts';
import type { PreparedQuery } from './statement-cache.ts';

/** Builds and runs cross-owner reads of one table. */
export interface CrossOwnerStatements<Row extends ObjectLiteral> {
  /**
   * Builds a SELECT over the rows of all owners. It returns no rows unless `query` runs it and the viewer's account has
   * one of the type's `orRoles` in the database; the roles in the token do not count.
   */
  select(parts: SelectParts<Row>): OwnedSql;
  /**
   * Runs such a SELECT and resolves with its rows. Each one is recorded as an event of the viewer, in the transaction
   * that reads. Binds `:type` and `:roles`.
   */
  query(run: RunStatement, preparedQuery: PreparedQuery, values: Readonly<Record<string, unknown>>): Promise<Row[]>;
}

/**
 * Creates the cross-owner reads of a table from the `orRoles` of its type.
 * @throws {TypeError} if the type's `@owner` has no `orRoles`
 */
export function createCrossOwnerStatements<Row extends ObjectLiteral>(
  mapping: DataSource,
  entity: EntitySchema<Row>,
  owners: Owners,
): CrossOwnerStatements<Row> {
  const { name: type } = mapping.getMetadata(entity);
  const roles = owners.get(type)?.orRoles ?? [];
  if (roles.length === 0)
    throw new TypeError(`Cross-owner reads of the type ${type} need \`orRoles\` in its @owner directive.`);
  return {
    // The row-level security policy checks the same function; this condition is a second layer.
    select: createSelect(mapping, entity, '(SELECT app.acts_for_every_owner(:type, :roles))'),
    query: (run, { statement, bind }, values) => run<Row>(statement, bind({ ...values, type, roles }), type),
  };
}

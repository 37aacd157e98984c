import type { DataSource, EntitySchema, ObjectLiteral } from 'typeorm';
import type { Owners } from './owned-statements.ts';
import { type OwnedSql, type SelectParts, createSelect } from './select-statement.ts';
import type { RunStatement } from '../pg/viewer-database.ts';

/** The way into a table for every owner at once. */
export interface CrossOwnerStatements<Row extends ObjectLiteral> {
  /** The values that every statement of this way names: `:type` and `:roles`. */
  readonly values: { readonly type: string; readonly roles: readonly string[] };
  /**
   * Everybody's rows: none at all, unless the statement is run by `recorded` and the viewer's account has one of the
   * roles in the database, whatever the token says.
   */
  select(parts: SelectParts<Row>): OwnedSql;
  /** Runs statements for every owner; each is an event of the viewer's, kept in the transaction that it reads in. */
  audited(run: RunStatement): RunStatement;
}

/**
 * Binds a table to the roles that the schema lets act for every owner of its type.
 * @throws {TypeError} when the type's `@owner` has no `orRoles`
 */
export function crossOwnerStatements<Row extends ObjectLiteral>(
  mapping: DataSource,
  entity: EntitySchema<Row>,
  owners: Owners,
): CrossOwnerStatements<Row> {
  const { name } = mapping.getMetadata(entity);
  const roles = owners.get(name)?.orRoles ?? [];
  if (roles.length === 0)
    throw new TypeError(`The type ${name} is to be read for every owner, but the schema's @owner has no orRoles.`);
  return {
    values: { type: name, roles },
    // The row-level-security policy asks the same once more: without this condition it would still hold.
    select: createSelect(mapping, entity, '(SELECT app.acts_for_every_owner(:type, :roles))'),
    audited: (run) => (statement, values) => run(statement, values, name),
  };
}

import type { DataSource, EntitySchema, ObjectLiteral } from 'typeorm';
import type { Owners } from './owned.ts';
import { type OwnedText, type Select, selectWhere } from './select.ts';
import type { Run } from './transaction.ts';

/** The way into a table for every owner at once. */
export interface ForEveryOwner<Row extends ObjectLiteral> {
  /** The values that every statement of this way names: `:type` and `:roles`. */
  readonly values: { readonly type: string; readonly roles: readonly string[] };
  /**
   * Everybody's rows: none at all, unless the statement is run by `recorded` and the viewer's account has one of the
   * roles in the database, whatever the token says.
   */
  select(parts: Select<Row>): OwnedText;
  /** Runs statements for every owner; each is an event of the viewer's, kept in the transaction that it reads in. */
  recorded(run: Run): Run;
}

/**
 * Binds a table to the roles that the schema lets act for every owner of its type.
 * @throws {TypeError} when the type's `@owner` has no `orRoles`
 */
export function forEveryOwner<Row extends ObjectLiteral>(
  mapping: DataSource,
  entity: EntitySchema<Row>,
  owners: Owners,
): ForEveryOwner<Row> {
  const { name } = mapping.getMetadata(entity);
  const roles = owners.get(name)?.orRoles ?? [];
  if (roles.length === 0)
    throw new TypeError(`The type ${name} is to be read for every owner, but the schema's @owner has no orRoles.`);
  return {
    values: { type: name, roles },
    // The row-level-security policy asks the same once more: without this condition it would still hold.
    select: selectWhere(mapping, entity, '(SELECT app.acts_for_every_owner(:type, :roles))'),
    recorded: (run) => (statement, values) => run(statement, values, name),
  };
}

import type { DataSource, EntitySchema, ObjectLiteral, SelectQueryBuilder } from 'typeorm';

/** Whom a type's rows belong to, as the schema's `@owner` says it. */
export interface Owner {
  /** The property that names the owner. */
  readonly field: string;
  /** The roles that may act for every owner, by `forEveryOwner` alone. */
  readonly orRoles: readonly string[];
}

/** The owner of each owned type. */
export type Owners = ReadonlyMap<string, Owner>;

/** The ways into an owned table: every one begins with the owner, so that none can be written without. */
export interface Owned<Row extends ObjectLiteral> {
  /** `property AS "property"` for all columns, for a RETURNING clause. */
  readonly returning: string;
  /** The condition that stands in every statement on this table. Its value is called `:viewer`. */
  readonly isOwners: string;
  /** The viewer's rows, with all columns under their properties' names. */
  select(): SelectQueryBuilder<Row>;
}

/**
 * Binds a table to the owner that the schema names for its type.
 * @throws {TypeError} when the schema does not say who owns the type, or names a property that the table lacks
 */
export function owned<Row extends ObjectLiteral>(
  mapping: DataSource,
  entity: EntitySchema<Row>,
  owners: Owners,
): Owned<Row> {
  const { name, columns } = mapping.getMetadata(entity);
  const owner = owners.get(name)?.field;
  const ownerColumn = columns.find(({ propertyName }) => propertyName === owner);
  if (ownerColumn === undefined)
    throw new TypeError(`The type ${name} is kept by owner, but the schema's @owner names ${owner ?? 'nobody'}.`);
  const isOwners = `"${ownerColumn.databaseName}" = :viewer`;
  return {
    returning: columns.map((column) => `"${column.databaseName}" AS "${column.propertyName}"`).join(', '),
    isOwners,
    select: () => allColumns(mapping, entity).where(isOwners),
  };
}

/** All columns under their properties' names, of rows that nothing limits yet: every caller adds whose they are. */
export function allColumns<Row extends ObjectLiteral>(
  mapping: DataSource,
  entity: EntitySchema<Row>,
): SelectQueryBuilder<Row> {
  const { name, columns } = mapping.getMetadata(entity);
  const builder = mapping.createQueryBuilder(entity, name).select([]);
  for (const { propertyName } of columns) builder.addSelect(`${name}.${propertyName}`, propertyName);
  return builder;
}

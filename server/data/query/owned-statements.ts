import type { DataSource, EntitySchema, ObjectLiteral } from 'typeorm';
import {
  andConditions,
  createSelect,
  type Expression,
  type OwnedSql,
  type Property,
  type SelectParts,
  selectList,
} from './select-statement.ts';

/** The type of a `timestamptz` column in a row. */
export type { Timestamp } from '../pg/timestamp.ts';

/** The arguments of a type's `@owner` directive. */
export interface OwnerSpec {
  /** The property that holds the owner's user id. */
  readonly field: string;
  /** The roles whose users may read across owners, through `crossOwner` only. */
  readonly orRoles: readonly string[];
}

/** The owner of each owned type, by type name. */
export type Owners = ReadonlyMap<string, OwnerSpec>;

/** The names of the selected GraphQL fields. Names that are not columns are ignored. */
export type SelectedFields = ReadonlySet<string>;

/** A row with the selected columns, and always its keys. */
export type SelectedRow<Row extends { readonly id: string }> = Partial<Row> &
  Pick<Row, Extract<keyof Row, 'id' | 'userId'>>;

/** The RETURNING clause of a write: columns, and `extra` expressions by name. */
interface Write<Row> {
  readonly returning?: readonly Property<Row>[];
  readonly extra?: Readonly<Record<string, Expression>>;
}

/** The parts of an INSERT. */
export interface InsertParts<Row> extends Write<Row> {
  /** By property. The owner is always `:viewer`. */
  readonly values: Readonly<Partial<Record<Property<Row>, Expression>>>;
  /** Inserts only if `condition` holds for the single row of `source`; `values` may refer to its columns. */
  readonly insertIf?: { readonly source: OwnedSql; readonly condition: Expression };
}

/** The parts of an UPDATE. */
export interface UpdateParts<Row> extends Write<Row> {
  readonly set: Readonly<Partial<Record<Property<Row>, Expression>>>;
  /** The name of a CTE (see `withCtes`) whose columns `set` and `where` may use. */
  readonly fromCte?: string;
  readonly where: readonly Expression[];
}

/** The parts of a DELETE. */
export interface DeleteParts<Row> extends Write<Row> {
  readonly where: readonly Expression[];
}

/** Which rows of the viewer a statement can reach: those that are not deleted, or every one. */
export type RowScope = 'undeleted' | 'all';

/** Builds statements on an owned table. All parts can only narrow the set of the viewer's rows. */
export interface OwnedStatements<Row extends ObjectLiteral> {
  /** Returns the columns among the selected fields, in the table's order, always with the owner and the id. */
  columns(selectedFields: SelectedFields, ...extraColumns: readonly Property<Row>[]): readonly Property<Row>[];
  select(parts: SelectParts<Row>): OwnedSql;
  insert(parts: InsertParts<Row>): OwnedSql;
  update(parts: UpdateParts<Row>): OwnedSql;
  remove(parts: DeleteParts<Row>): OwnedSql;
}

/**
 * Creates the statement builders of a table from its type's `@owner` directive.
 * @param scope Default: on a table with a column `deleteDate`, the rows that are not deleted; a statement cannot forget it
 * @throws {TypeError} if the type has no `@owner`, or if its field is not a property of the table
 */
export function createOwnedStatements<Row extends ObjectLiteral>(
  mapping: DataSource,
  entity: EntitySchema<Row>,
  owners: Owners,
  scope: RowScope = 'undeleted',
): OwnedStatements<Row> {
  const metadata = mapping.getMetadata(entity);
  const owner = owners.get(metadata.name)?.field;
  const ownerColumn = metadata.columns.find(({ propertyName }) => propertyName === owner);
  if (ownerColumn === undefined)
    throw new TypeError(
      owner === undefined
        ? `The type ${metadata.name} has no @owner directive in the schema.`
        : `The @owner of the type ${metadata.name} names the field "${owner}", which is not a property of its table.`,
    );
  const { propertyName: ownerProperty } = ownerColumn;
  const properties = metadata.columns.map(({ propertyName }) => propertyName as Property<Row>);
  const deletion = scope === 'all' ? undefined : metadata.deleteDateColumn;
  const undeleted = deletion === undefined ? '' : ` AND "${deletion.databaseName}" IS NULL`;
  /** The first condition of every statement on this table. */
  const ownedByViewer = `"${ownerColumn.databaseName}" = :viewer${undeleted}`;

  return {
    columns: (selectedFields, ...extraColumns) =>
      properties.filter(
        (each) => each === ownerProperty || each === 'id' || selectedFields.has(each) || extraColumns.includes(each),
      ),

    select: createSelect(mapping, entity, ownedByViewer),

    insert({ values, insertIf, returning, extra }) {
      const expressions: Readonly<Record<string, Expression>> = { ...values, [ownerProperty]: ':viewer' };
      // TypeORM always lists the columns in the table's order; the values have to follow it.
      const columns = properties.filter((each) => Object.hasOwn(expressions, each));
      const builder = mapping.createQueryBuilder().insert();
      builder.into(entity, [...columns]);
      if (insertIf === undefined) builder.values(asFunctions(expressions));
      else {
        const from = mapping.createQueryBuilder().from('source', 'source');
        const insertedRow = from.select(columns.map((each) => expressions[each] ?? '')).where(insertIf.condition);
        builder.addCommonTableExpression(insertIf.source, 'source').valuesFromSelect(insertedRow);
      }
      return toOwnedSql(builder.returning(selectList(metadata, returning, extra)));
    },

    update({ set, fromCte, where, returning, extra }) {
      const builder = mapping.createQueryBuilder().update(entity);
      builder.set(asFunctions(set));
      // TypeORM's UPDATE has no FROM clause: it is appended here, with the condition after it.
      const fromClause = fromCte === undefined ? '' : ` FROM "${fromCte}"`;
      const tail = `${fromClause} WHERE ${andConditions(ownedByViewer, where)} RETURNING ${selectList(metadata, returning, extra)}`;
      return toOwnedSql(builder, tail);
    },

    remove({ where, returning, extra }) {
      const builder = mapping.createQueryBuilder().delete().from(entity);
      return toOwnedSql(
        builder.where(andConditions(ownedByViewer, where)).returning(selectList(metadata, returning, extra)),
      );
    },
  };
}

/** Wraps SQL expressions in functions, by which TypeORM tells them from values. */
function asFunctions(expressions: object): never {
  return Object.fromEntries(Object.entries(expressions).map(([key, expression]) => [key, () => expression])) as never;
}

function toOwnedSql(builder: { getQuery(): string }, tail = ''): OwnedSql {
  return (builder.getQuery() + tail) as OwnedSql;
}

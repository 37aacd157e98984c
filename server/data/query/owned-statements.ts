import type { DataSource, EntitySchema, ObjectLiteral } from 'typeorm';
import {
  andConditions,
  type Expression,
  selectList,
  type OwnedSql,
  type Property,
  type SelectParts,
  createSelect,
} from './select-statement.ts';

/** Whom a type's rows belong to, as the schema's `@owner` says it. */
export interface OwnerSpec {
  /** The property that names the owner. */
  readonly field: string;
  /** The roles that may act for every owner, by `forEveryOwner` alone. */
  readonly orRoles: readonly string[];
}

/** The owner of each owned type. */
export type Owners = ReadonlyMap<string, OwnerSpec>;

/** The names of the fields that a caller asked for. Those that are no columns are passed over. */
export type SelectedFields = ReadonlySet<string>;

/** A row as far as it was asked for: its keys are always there. */
export type SelectedRow<Row extends { readonly id: string }> = Partial<Row> &
  Pick<Row, Extract<keyof Row, 'id' | 'userId'>>;

/** What to write; `returning` are the columns to answer with, `extra` more, each under its name. */
interface Write<Row> {
  readonly returning?: readonly Property<Row>[];
  readonly extra?: Readonly<Record<string, Expression>>;
}

/** A row to make. */
export interface InsertParts<Row> extends Write<Row> {
  /** The owner's column is filled in. */
  readonly values: Readonly<Partial<Record<Property<Row>, Expression>>>;
  /** Made only if `holds`, which speaks of the one row of this other statement. */
  readonly insertIf?: { readonly source: OwnedSql; readonly condition: Expression };
}

/** What to change about which of the viewer's rows. */
export interface UpdateParts<Row> extends Write<Row> {
  readonly set: Readonly<Partial<Record<Property<Row>, Expression>>>;
  /** The name of a statement `together` with this one, of whose rows `set` and `where` may speak. */
  readonly fromCte?: string;
  readonly where: readonly Expression[];
}

/** Which of the viewer's rows to delete. */
export interface DeleteParts<Row> extends Write<Row> {
  readonly where: readonly Expression[];
}

/** The ways into an owned table. What a statement is made of can narrow the viewer's rows, and never widen them. */
export interface OwnedStatements<Row extends ObjectLiteral> {
  /** The columns among the fields asked for, in the table's order; the owner and the id are always among them. */
  columns(selectedFields: SelectedFields, ...extraColumns: readonly Property<Row>[]): readonly Property<Row>[];
  select(parts: SelectParts<Row>): OwnedSql;
  insert(parts: InsertParts<Row>): OwnedSql;
  update(parts: UpdateParts<Row>): OwnedSql;
  remove(parts: DeleteParts<Row>): OwnedSql;
}

/**
 * Binds a table to the owner that the schema names for its type.
 * @throws {TypeError} when the schema does not say who owns the type, or names a property that the table lacks
 */
export function createOwnedStatements<Row extends ObjectLiteral>(
  mapping: DataSource,
  entity: EntitySchema<Row>,
  owners: Owners,
): OwnedStatements<Row> {
  const metadata = mapping.getMetadata(entity);
  const owner = owners.get(metadata.name)?.field;
  const ownerColumn = metadata.columns.find(({ propertyName }) => propertyName === owner);
  if (ownerColumn === undefined)
    throw new TypeError(
      `The type ${metadata.name} is kept by owner, but the schema's @owner names ${owner ?? 'nobody'}.`,
    );
  const { propertyName: ownerProperty } = ownerColumn;
  const properties = metadata.columns.map(({ propertyName }) => propertyName as Property<Row>);
  /** The condition that stands in every statement on this table. */
  const ownedByViewer = `"${ownerColumn.databaseName}" = :viewer`;

  return {
    columns: (selectedFields, ...extraColumns) =>
      properties.filter(
        (each) => each === ownerProperty || each === 'id' || selectedFields.has(each) || extraColumns.includes(each),
      ),

    select: createSelect(mapping, entity, ownedByViewer),

    insert({ values, insertIf, returning, extra }) {
      const expressions: Readonly<Record<string, Expression>> = { ...values, [ownerProperty]: ':viewer' };
      // TypeORM lists the columns in the table's order, whatever the order they are named in.
      const columns = properties.filter((each) => Object.hasOwn(expressions, each));
      const builder = mapping.createQueryBuilder().insert();
      builder.into(entity, [...columns]);
      if (insertIf === undefined) builder.values(asFunctions(expressions));
      else {
        const from = mapping.createQueryBuilder().from('given', 'given');
        const insertedRow = from.select(columns.map((each) => expressions[each] ?? '')).where(insertIf.condition);
        builder.addCommonTableExpression(insertIf.source, 'given').valuesFromSelect(insertedRow);
      }
      return toOwnedSql(builder.returning(selectList(metadata, returning, extra)));
    },

    update({ set, fromCte, where, returning, extra }) {
      const builder = mapping.createQueryBuilder().update(entity);
      builder.set(asFunctions(set));
      // TypeORM knows no FROM here; it stands between what it has written and the condition.
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

/** TypeORM takes an expression, as opposed to a value, as a function that returns it. */
function asFunctions(expressions: object): never {
  return Object.fromEntries(Object.entries(expressions).map(([key, expression]) => [key, () => expression])) as never;
}

function toOwnedSql(builder: { getQuery(): string }, tail = ''): OwnedSql {
  return (builder.getQuery() + tail) as OwnedSql;
}

import type { DataSource, EntityMetadata, EntitySchema, ObjectLiteral } from 'typeorm';

declare const OWNED: unique symbol;
/**
 * The text of a statement that says whose rows it reaches: `:viewer`'s, or everybody's where the viewer may act for
 * them. Nothing makes one but an owned table, and `forEveryOwner`.
 */
export type OwnedSql = string & { readonly [OWNED]: true };

/** An SQL expression over columns in quotes and values as `:name`. */
export type Expression = string;
/** A column, by the property that it is mapped to. */
export type Property<Row> = keyof Row & string;

/** How rows are ordered: by an expression, or by the name of an extra one. */
export interface SortOrder {
  readonly by: Expression;
  readonly direction: 'ASC' | 'DESC';
  /** Where null comes last in both directions; PostgreSQL's way otherwise. */
  readonly nullsLast?: boolean;
}

/** What to read of the rows that may be reached. */
export interface SelectParts<Row> {
  readonly columns?: readonly Property<Row>[];
  /** More to read, each under its name. */
  readonly extra?: Readonly<Record<string, Expression>>;
  /** All of them have to hold, beside the condition on the owner. */
  readonly where?: readonly Expression[];
  readonly orderBy?: readonly SortOrder[];
  /** The name of the value that says how many rows at most. */
  readonly limit?: string;
  /** Holds the rows for this transaction: nobody else changes them until it ends. */
  readonly lock?: boolean;
}

/**
 * Reads of a table that all begin with one condition.
 * @param condition on the owner: what a caller adds can narrow it, and never widen it
 */
export function createSelect<Row extends ObjectLiteral>(
  mapping: DataSource,
  entity: EntitySchema<Row>,
  condition: Expression,
): (parts: SelectParts<Row>) => OwnedSql {
  const metadata = mapping.getMetadata(entity);
  return ({ columns, extra, where = [], orderBy = [], limit, lock }) => {
    const builder = mapping
      .createQueryBuilder(entity, metadata.name)
      .select(selectList(metadata, columns, extra))
      .where(andConditions(condition, where));
    for (const { by, direction, nullsLast } of orderBy)
      builder.addOrderBy(by, direction, nullsLast ? 'NULLS LAST' : undefined);
    if (lock) builder.setLock('for_no_key_update');
    // TypeORM takes no name here, only the number itself.
    return (builder.getQuery() + (limit === undefined ? '' : ` LIMIT :${limit}`)) as OwnedSql;
  };
}

/** `column AS "property"` for each column, and the extra expressions under their names. */
export function selectList(
  { columns: all }: EntityMetadata,
  columns: readonly string[] = [],
  extra: Readonly<Record<string, Expression>> = {},
): Expression {
  const selected = all.filter(({ propertyName }) => columns.includes(propertyName));
  return [
    ...selected.map((column) => `"${column.databaseName}" AS "${column.propertyName}"`),
    ...Object.entries(extra).map(([name, expression]) => `${expression} AS "${name}"`),
  ].join(', ');
}

/** A condition and what narrows it, each in parentheses of its own: an OR in one reaches no further. */
export function andConditions(condition: Expression, where: readonly Expression[]): Expression {
  return [condition, ...where.map((extra) => `(${extra})`)].join(' AND ');
}

/**
 * Such statements as one, at one moment: `WITH` each of them under its name, and a query over nothing but these names.
 * @param query what follows, from `SELECT` on
 */
export function withCtes(parts: Readonly<Record<string, OwnedSql>>, query: string): OwnedSql {
  const named = Object.entries(parts).map(([name, part]) => `"${name}" AS (${part})`);
  return `WITH ${named.join(', ')} ${query}` as OwnedSql;
}

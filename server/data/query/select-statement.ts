import type { DataSource, EntityMetadata, EntitySchema, ObjectLiteral } from 'typeorm';

declare const OWNED: unique symbol;
/**
 * The text of a statement with an owner condition: either `:viewer` owns the rows, or the viewer may read across
 * owners. Only `OwnedStatements` and `CrossOwnerStatements` create one.
 */
export type OwnedSql = string & { readonly [OWNED]: true };

/** An SQL expression. Columns are quoted; parameters are written `:name`. */
export type Expression = string;
/** The name of the property that a column is mapped to. */
export type Property<Row> = keyof Row & string;

/** One item of ORDER BY. */
export interface SortOrder {
  /** An expression, or the quoted name of an `extra` one. */
  readonly by: Expression;
  readonly direction: 'ASC' | 'DESC';
  /** Sorts null last in both directions. Default: PostgreSQL's, last only in ascending order. */
  readonly nullsLast?: boolean;
}

/** The parts of a SELECT. */
export interface SelectParts<Row> {
  readonly columns?: readonly Property<Row>[];
  /** Further expressions to select, by name. */
  readonly extra?: Readonly<Record<string, Expression>>;
  /** Conditions in addition to the one on the owner, combined with AND. */
  readonly where?: readonly Expression[];
  readonly orderBy?: readonly SortOrder[];
  /** The name of the parameter for LIMIT. */
  readonly limit?: string;
  /** Locks the rows until the end of the transaction (FOR NO KEY UPDATE). */
  readonly lock?: boolean;
}

/**
 * Returns a builder of SELECTs on a table whose WHERE clause begins with a fixed condition.
 * @param condition on the owner; the parts of a SELECT can only narrow it
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
      // The condition says whether deleted rows are included; TypeORM would add its own to SELECTs only.
      .withDeleted()
      .where(andConditions(condition, where));
    for (const { by, direction, nullsLast } of orderBy)
      builder.addOrderBy(by, direction, nullsLast ? 'NULLS LAST' : undefined);
    if (lock) builder.setLock('for_no_key_update');
    // TypeORM's `limit` accepts a number only, not a parameter.
    return (builder.getQuery() + (limit === undefined ? '' : ` LIMIT :${limit}`)) as OwnedSql;
  };
}

/** Returns `"column" AS "property"` for each column, and the extra expressions by name. */
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

/** Joins conditions with AND. Each is put in parentheses, so that an OR in one cannot widen the whole. */
export function andConditions(condition: Expression, where: readonly Expression[]): Expression {
  return [condition, ...where.map((extra) => `(${extra})`)].join(' AND ');
}

/**
 * Combines statements into one, as the CTEs of a query, so that all run on one snapshot.
 * @param parts the CTEs by name
 * @param query the query after the WITH clause, which reads these CTEs only
 */
export function withCtes(parts: Readonly<Record<string, OwnedSql>>, query: string): OwnedSql {
  const named = Object.entries(parts).map(([name, part]) => `"${name}" AS (${part})`);
  return `WITH ${named.join(', ')} ${query}` as OwnedSql;
}

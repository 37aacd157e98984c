import type { DataSource } from 'typeorm';
import { AuthEventEntity, type AuthEventRow } from './auth-event-entity.ts';
import { decodeCursor, encodeCursor } from '../query/cursor.ts';
import { crossOwnerStatements } from '../query/cross-owner-statements.ts';
import type { Owners } from '../query/owned-statements.ts';
import type { OwnedSql, SelectParts } from '../query/select-statement.ts';
import type { StatementCache } from '../query/statement-cache.ts';
import type { RepositoryContext } from '../query/repository-context.ts';
import type { RunStatement } from '../pg/viewer-database.ts';

/** A page of events, newest first. They are not counted: the log only ever grows. */
export interface AuthEventPage {
  readonly nodes: readonly AuthEventRow[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Where a page begins that follows this event. */
  cursorOf(event: AuthEventRow): string;
}

/** Events that may be read: the viewer's own, or everybody's. */
export interface AuthEventRepository {
  /** Null when `after` is no cursor of ours. */
  page(first: number, after: string | null): Promise<AuthEventPage | null>;
}

/** Prepares the statements on the viewer's own events; what it returns binds them to a viewer. */
export function prepareAuthEventRepository({
  ownedStatements,
  statementCache,
}: RepositoryContext): (viewer: string, run: RunStatement) => AuthEventRepository {
  const pages = preparePages(statementCache, 'authEvent', ownedStatements(AuthEventEntity).select);
  return (viewer, run) => pages({ viewer }, run);
}

/** Prepares the statements on everybody's events; each one that is run is recorded. */
export function prepareCrossOwnerAuthEvents(
  mapping: DataSource,
  owners: Owners,
  statementCache: StatementCache,
): (run: RunStatement) => AuthEventRepository {
  const { select, values, audited } = crossOwnerStatements(mapping, AuthEventEntity, owners);
  const pages = preparePages(statementCache, 'authEvent.every', select);
  return (run) => pages(values, audited(run));
}

/** The order of the log, newest first. Its key is the moment, in milliseconds since the epoch. */
const ORDER = 'NEWEST_FIRST';
/** The end of the year 9999: what Date and timestamptz both take, and write in one way. */
const MAX_TIMESTAMP = 253_402_300_799_999;
const isTimestamp = (key: unknown) =>
  typeof key === 'number' && Number.isInteger(key) && key >= 0 && key <= MAX_TIMESTAMP;

/** @param values whom the rows may be of: what `select` names */
type BindPages = (values: Readonly<Record<string, unknown>>, run: RunStatement) => AuthEventRepository;

const COLUMNS = ['id', 'userId', 'kind', 'outcome', 'address', 'userAgent', 'detail', 'createdAt'] as const;

function preparePages(
  statementCache: StatementCache,
  name: string,
  select: (parts: SelectParts<AuthEventRow>) => OwnedSql,
): BindPages {
  const pageAfter = (key: string, ...where: readonly string[]) =>
    statementCache.getOrCreate<string>(name, key, ['viewer', 'type', 'roles', 'at', 'id', 'limit'], () =>
      select({
        columns: COLUMNS,
        where,
        orderBy: [
          { by: '"created_at"', direction: 'DESC' },
          { by: '"id"', direction: 'ASC' },
        ],
        limit: 'limit',
      }),
    );
  const firstPage = pageAfter('firstPage');
  // The first condition is for the index, in which times fall and ids rise.
  const nextPage = pageAfter('nextPage', '"created_at" <= :at', '"created_at" < :at OR "id" > :id');
  return (values, run) => ({
    async page(first, after) {
      const position = after === null ? null : decodeCursor(ORDER, isTimestamp, after);
      if (after !== null && position === null) return null;
      const { statement, bind } = position === null ? firstPage : nextPage;
      const bindings = {
        ...values,
        at: position && new Date(Number(position.key)),
        id: position?.id,
        limit: first + 1,
      };
      const rows = await run<AuthEventRow>(statement, bind(bindings));
      return {
        nodes: rows.slice(0, first),
        hasNextPage: rows.length > first,
        hasPreviousPage: position !== null,
        cursorOf: ({ createdAt, id }) => encodeCursor(ORDER, { key: createdAt.getTime(), id }),
      };
    },
  });
}

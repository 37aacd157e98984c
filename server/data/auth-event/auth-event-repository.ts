import type { AuthEventKind } from '../../../runtime/auth-event-kind.ts';
import type { RunStatement } from '../pg/viewer-database.ts';
import { decodeCursor, encodeCursor } from '../query/cursor.ts';
import type { OwnedSql, SelectParts } from '../query/select-statement.ts';
import type { PreparedQuery, StatementCache } from '../query/statement-cache.ts';
import type { RepositoryContext, ViewerSession } from '../query/viewer-session.ts';
import { isCanonicalUuid } from '../../uuid.ts';
import { AuthEventEntity, type AuthEventOutcome, type AuthEventRow } from './auth-event-entity.ts';

/** Conditions on events, which only narrow what the caller may read; an absent or null one does not apply. */
export interface AuthEventFilter {
  readonly userId?: string | null;
  readonly kind?: AuthEventKind | null;
  readonly outcome?: AuthEventOutcome | null;
}

/** A page of events, newest first. There is no total count, because the log is large and only grows. */
export interface AuthEventPage {
  readonly nodes: readonly AuthEventRow[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Returns the cursor for the page after this event. */
  cursorOf(event: AuthEventRow): string;
}

/** Reads the viewer's own events, or those of all owners. */
export interface AuthEventRepository {
  /**
   * Reads a page.
   * @param first maximum number of events
   * @param after a cursor; null for the first page
   * @param filter which events; default all
   * @returns null if `after` is not a valid cursor
   */
  page(first: number, after: string | null, filter?: AuthEventFilter): Promise<AuthEventPage | null>;
}

/** Prepares the statements on the viewer's own events; returns a function that binds them to an operation. */
export function prepareAuthEventRepository({
  ownedStatements,
  statementCache,
}: RepositoryContext): (session: ViewerSession) => AuthEventRepository {
  const pages = preparePages(statementCache, 'authEvent', ownedStatements(AuthEventEntity).select);
  return ({ query }) => ({ page: (first, after, filter = {}) => loadPage(pages, query, { first, after, filter }) });
}

/** Prepares the statements on the events of all owners; returns a function that binds them to an operation. */
export function prepareCrossOwnerAuthEventRepository({
  crossOwnerStatements,
  statementCache,
}: RepositoryContext): (run: RunStatement) => AuthEventRepository {
  const { select, query } = crossOwnerStatements(AuthEventEntity);
  const pages = preparePages(statementCache, 'authEvent.crossOwner', select);
  return (run) => ({
    page: (first, after, filter = {}) =>
      loadPage(pages, (preparedQuery, values) => query(run, preparedQuery, values), { first, after, filter }),
  });
}

/** The name of the sort order in cursors. Its key is `createdAt`, in milliseconds since the epoch. */
const ORDER = 'NEWEST_FIRST';
/** The end of the year 9999: later times have different text forms in JavaScript and PostgreSQL. */
const MAX_TIMESTAMP = 253_402_300_799_999;
const isTimestamp = (key: unknown) =>
  typeof key === 'number' && Number.isInteger(key) && key >= 0 && key <= MAX_TIMESTAMP;

const COLUMNS = ['id', 'userId', 'kind', 'outcome', 'address', 'userAgent', 'detail', 'createdAt'] as const;
const PARAMETERS = ['viewer', 'type', 'roles', 'at', 'id', 'limit', 'userId', 'kind', 'outcome'] as const;

const CONDITIONS: Readonly<Record<keyof AuthEventFilter, string>> = {
  userId: '"user_id" = :userId',
  kind: '"kind" = :kind',
  outcome: '"outcome" = :outcome',
};

/** Returns the statement of a first or a further page, with the conditions that apply. */
type PreparePage = (page: 'firstPage' | 'nextPage', conditions: readonly string[]) => PreparedQuery;

function preparePages(
  statementCache: StatementCache,
  kind: string,
  select: (parts: SelectParts<AuthEventRow>) => OwnedSql,
): PreparePage {
  const position = {
    firstPage: [],
    // The order mixes DESC and ASC, so no row comparison fits it. The first condition lets PostgreSQL use the index.
    nextPage: ['"created_at" <= :at', '"created_at" < :at OR "id" > :id'],
  };
  return (page, conditions) =>
    statementCache.getOrCreate<string>(kind, [page, ...conditions].join(' '), PARAMETERS, () =>
      select({
        columns: COLUMNS,
        where: [...conditions, ...position[page]],
        orderBy: [
          { by: '"created_at"', direction: 'DESC' },
          { by: '"id"', direction: 'ASC' },
        ],
        limit: 'limit',
      }),
    );
}

interface PageArguments {
  readonly first: number;
  readonly after: string | null;
  readonly filter: AuthEventFilter;
}

async function loadPage(
  preparePage: PreparePage,
  query: (preparedQuery: PreparedQuery, values: Readonly<Record<string, unknown>>) => Promise<AuthEventRow[]>,
  { first, after, filter }: PageArguments,
): Promise<AuthEventPage | null> {
  const position = after === null ? null : decodeCursor(ORDER, isTimestamp, after);
  if (after !== null && position === null) return null;
  const { userId, kind, outcome } = filter;
  const conditions = Object.entries({ userId, kind, outcome }).flatMap(([name, value]) =>
    value == null ? [] : [CONDITIONS[name as keyof AuthEventFilter]],
  );
  const matchesNone = userId != null && !isCanonicalUuid(userId);
  const rows = matchesNone
    ? []
    : await query(preparePage(position === null ? 'firstPage' : 'nextPage', conditions), {
        userId,
        kind,
        outcome,
        at: position && new Date(Number(position.key)),
        id: position?.id,
        limit: first + 1,
      });
  return {
    nodes: rows.slice(0, first),
    hasNextPage: rows.length > first,
    hasPreviousPage: position !== null,
    cursorOf: ({ createdAt, id }) => encodeCursor(ORDER, { key: Date.parse(createdAt), id }),
  };
}

import type { SelectedFields } from '../query/owned-statements.ts';
import { withCtes } from '../query/select-statement.ts';
import type { RepositoryContext, ViewerSession } from '../query/viewer-session.ts';
import { type SelectedTask, TaskEntity, type TaskRow } from './task-entity.ts';
import { filterSql, filterParts, type TaskFilter } from './task-filter.ts';
import {
  CURSOR_KEY,
  type PageStart,
  encodeTaskCursor,
  parseAfter,
  taskOrderSql,
  type TaskOrder,
} from './task-order.ts';

/** The arguments of a page of tasks. */
export interface PageArguments {
  readonly filter: TaskFilter;
  readonly order: TaskOrder;
  /** Maximum number of tasks. */
  readonly first: number;
  /** A cursor of this order; null for the first page. */
  readonly after: string | null;
}

/** The selected parts of a page. */
export interface PageSelection {
  /** The selected fields of the tasks. */
  readonly nodes: SelectedFields;
  /** Whether the tasks or the page info are selected. */
  readonly needsRows: boolean;
  /** Whether the total count is selected. */
  readonly needsCount: boolean;
  /** Whether cursors are selected, or the page info, which has two. */
  readonly needsCursors: boolean;
  /** Whether it is selected that another page follows; PostgreSQL then returns one row more. */
  readonly needsNextPage: boolean;
}

/** A page of the viewer's tasks, with the total count. Both come from one statement, and so from one snapshot. */
export interface TaskPage {
  readonly nodes: readonly SelectedTask[];
  /** NaN if it was not selected: GraphQL cannot serialize NaN, so a value that was not counted cannot be returned. */
  readonly totalCount: number;
  /** False if it was not selected. */
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Returns the cursor for the page after this task. @throws {TypeError} if cursors were not selected */
  cursorOf(task: SelectedTask): string;
}

type PageRow = SelectedTask & { readonly [CURSOR_KEY]?: number | string | null };
type CountedRow = Omit<PageRow, 'id'> & { readonly id: string | null; readonly totalCount: number };

const PARAMETERS = ['viewer', 'limit', 'key', 'cursorId', 'done', 'text', 'dueAfter', 'dueBefore'] as const;

/** Everything that the text of a page's statement depends on. */
interface PageQuerySpec {
  readonly order: TaskOrder;
  readonly pageStart: PageStart['kind'];
  readonly parts: ReturnType<typeof filterParts>;
  readonly columns: readonly (keyof TaskRow)[];
  readonly needsRows: boolean;
  readonly needsCount: boolean;
  readonly needsCursors: boolean;
}

/** Returns the cache key of a statement. None of its parts is a value of a client, and none contains a space. */
function cacheKey({ order, pageStart, parts, columns, needsRows, needsCount, needsCursors }: PageQuerySpec): string {
  return `${order.field} ${order.direction} ${pageStart} ${parts.join()} ${columns.join()} ${needsRows} ${needsCount} ${needsCursors}`;
}

/** Returns what any of the selections needs. */
function combineSelections(selections: readonly PageSelection[]): PageSelection {
  const [first] = selections;
  if (first !== undefined && selections.length === 1) return first;
  return {
    nodes: new Set(selections.flatMap(({ nodes }) => [...nodes])),
    needsRows: selections.some(({ needsRows }) => needsRows),
    needsCount: selections.some(({ needsCount }) => needsCount),
    needsCursors: selections.some(({ needsCursors }) => needsCursors),
    needsNextPage: selections.some(({ needsNextPage }) => needsNextPage),
  };
}

/** Prepares the loading of pages of tasks. */
export function prepareTaskPages({ ownedStatements, statementCache }: RepositoryContext) {
  const tasks = ownedStatements(TaskEntity);

  /** Returns the SQL for the rows, the count, or both. The join to the count keeps the count of an empty page. */
  function pageSql({ order, pageStart, parts, columns, needsRows, needsCount, needsCursors }: PageQuerySpec) {
    const filtered = filterSql(parts);
    const isKeySelected = needsCursors || needsCount;
    const { key, orderBy, where } = taskOrderSql(order, pageStart, isKeySelected);
    const total = tasks.select({ extra: { totalCount: 'cast(count(*) as integer)' }, where: filtered });
    const extra = isKeySelected ? { [CURSOR_KEY]: key } : {};
    const page = tasks.select({ columns, extra, where: [...filtered, ...where], orderBy, limit: 'limit' });
    if (!needsRows) return total;
    if (!needsCount) return page;
    const returned = (needsCursors ? [...columns, CURSOR_KEY] : columns).map((name) => `"page"."${name}"`);
    const sorted = orderBy.map(
      ({ by, direction, nullsLast }) => `"page".${by} ${direction}${nullsLast ? ' NULLS LAST' : ''}`,
    );
    return withCtes(
      { total, page },
      `SELECT "total"."totalCount", ${returned.join(', ')} FROM "total" LEFT JOIN "page" ON true ORDER BY ${sorted.join(', ')}`,
    );
  }

  async function loadPage(
    { query }: ViewerSession,
    { filter, order, first }: PageArguments,
    { kind: pageStart, position }: PageStart,
    selection: PageSelection,
  ): Promise<TaskPage> {
    const cursorOf = (task: SelectedTask) => {
      const { [CURSOR_KEY]: key } = task as PageRow;
      // A cursor without its key would start the next page at another row.
      if (key === undefined) throw new TypeError('The cursors of this page were not selected.');
      return encodeTaskCursor(order, key, task.id);
    };
    const spec: PageQuerySpec = {
      order,
      pageStart,
      parts: filterParts(filter),
      columns: selection.needsRows ? tasks.columns(selection.nodes) : [],
      needsRows: selection.needsRows,
      needsCount: selection.needsCount,
      needsCursors: selection.needsRows && selection.needsCursors,
    };
    const preparedQuery = statementCache.getOrCreate('task.page', cacheKey(spec), PARAMETERS, () => pageSql(spec));
    const limit = selection.needsNextPage ? first + 1 : first;
    const values = { ...filter, limit, key: position?.key, cursorId: position?.id };
    const resultRows =
      selection.needsRows || selection.needsCount ? await query<CountedRow>(preparedQuery, values) : [];
    const pageRows = selection.needsRows
      ? resultRows.filter((row): row is CountedRow & PageRow => row.id !== null)
      : [];
    return {
      nodes: pageRows.length > first ? pageRows.slice(0, first) : pageRows,
      totalCount: selection.needsCount ? (resultRows[0]?.totalCount ?? 0) : Number.NaN,
      hasNextPage: pageRows.length > first,
      hasPreviousPage: position !== null,
      cursorOf,
    };
  }

  return {
    /** Loads a page; null if `after` is not a valid cursor of the order. */
    async load(session: ViewerSession, page: PageArguments, selection: PageSelection): Promise<TaskPage | null> {
      const pageStart = parseAfter(page.order, page.after);
      if (pageStart === null) return null;
      // A page that a document selects twice is one statement, with the columns of both selections.
      return session.batchLoader.load(`task.page ${JSON.stringify(page)}`, selection, async (selections) => {
        const taskPage = await loadPage(session, page, pageStart, combineSelections(selections));
        return selections.map(() => taskPage);
      });
    },
  };
}

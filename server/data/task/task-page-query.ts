import type { SelectedFields } from '../query/owned-statements.ts';
import type { ViewerSession } from '../query/viewer-session.ts';
import { withCtes } from '../query/select-statement.ts';
import type { RepositoryContext } from '../query/repository-context.ts';
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

/** Which page of the viewer's tasks. */
export interface PageArguments {
  readonly filter: TaskFilter;
  readonly order: TaskOrder;
  /** How many at most. */
  readonly first: number;
  /** A cursor of this order; null for the beginning. */
  readonly after: string | null;
}

/** What is asked of a page. */
export interface PageSelection {
  /** Fields of its tasks. */
  readonly nodes: SelectedFields;
  /** Whether its tasks are asked for at all, or where they begin and end. */
  readonly needsRows: boolean;
  /** Whether it has to be counted how many tasks there are on all pages. */
  readonly needsCount: boolean;
}

/** A page of the viewer's tasks and how many there are on all of them: of one moment, from one statement. */
export interface TaskPage {
  readonly nodes: readonly SelectedTask[];
  /** NaN unless it was asked for: what nobody counted cannot leave. */
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Where a page begins that follows this task. */
  cursorOf(task: SelectedTask): string;
}

type PageRow = SelectedTask & { readonly [CURSOR_KEY]: number | string | null };
type CountedRow = Omit<PageRow, 'id'> & { readonly id: string | null; readonly totalCount: number };

const VALUES = ['viewer', 'limit', 'key', 'cursorId', 'done', 'text', 'dueAfter', 'dueBefore'] as const;

/** What decides the text of a page's statement; every value is a value of it. */
interface PageQuerySpec {
  readonly order: TaskOrder;
  readonly pageStart: PageStart['kind'];
  readonly parts: ReturnType<typeof filterParts>;
  readonly columns: readonly (keyof TaskRow)[];
  readonly needsRows: boolean;
  readonly needsCount: boolean;
}

/** Prepares pages of tasks; null when `after` is no cursor of the order. */
export function prepareTaskPages({ ownedStatements, statementCache }: RepositoryContext) {
  const own = ownedStatements(TaskEntity);

  /** The rows, the count, or both in one statement: an empty page has a count too, hence the join. */
  function pageSql({ order, pageStart, parts, columns, needsRows, needsCount }: PageQuerySpec) {
    const filtered = filterSql(parts);
    const { key, orderBy, where } = taskOrderSql(order, pageStart);
    const total = own.select({ extra: { totalCount: 'cast(count(*) as integer)' }, where: filtered });
    const extra = { [CURSOR_KEY]: key };
    const page = own.select({ columns, extra, where: [...filtered, ...where], orderBy, limit: 'limit' });
    if (!needsRows) return total;
    if (!needsCount) return page;
    const sorted = orderBy.map(
      ({ by, direction, nullsLast }) => `"page".${by} ${direction}${nullsLast ? ' NULLS LAST' : ''}`,
    );
    return withCtes(
      { total, page },
      `SELECT "total"."totalCount", "page".* FROM "total" LEFT JOIN "page" ON true ORDER BY ${sorted.join(', ')}`,
    );
  }

  async function loadPage(
    { query }: ViewerSession,
    { filter, order, first }: PageArguments,
    { kind: pageStart, position }: PageStart,
    selection: PageSelection,
  ): Promise<TaskPage> {
    const cursorOf = (task: SelectedTask) => encodeTaskCursor(order, (task as PageRow)[CURSOR_KEY], task.id);
    const spec: PageQuerySpec = {
      order,
      pageStart,
      parts: filterParts(filter),
      columns: selection.needsRows ? own.columns(selection.nodes) : [],
      needsRows: selection.needsRows,
      needsCount: selection.needsCount,
    };
    const preparedQuery = statementCache.getOrCreate('task.page', JSON.stringify(spec), VALUES, () => pageSql(spec));
    const values = { ...filter, limit: first + 1, key: position?.key, cursorId: position?.id };
    const resultRows =
      selection.needsRows || selection.needsCount ? await query<CountedRow>(preparedQuery, values) : [];
    const pageRows = selection.needsRows
      ? resultRows.filter((row): row is CountedRow & PageRow => row.id !== null)
      : [];
    return {
      nodes: pageRows.slice(0, first),
      totalCount: selection.needsCount ? (resultRows[0]?.totalCount ?? 0) : Number.NaN,
      hasNextPage: pageRows.length > first,
      hasPreviousPage: position !== null,
      cursorOf,
    };
  }

  return (viewerSession: ViewerSession) =>
    async (page: PageArguments, selection: PageSelection): Promise<TaskPage | null> => {
      const pageStart = parseAfter(page.order, page.after);
      if (pageStart === null) return null;
      // The same page asked for twice beside each other is one statement with the columns of both.
      return viewerSession.batchLoader.load(`task.page ${JSON.stringify(page)}`, selection, async (items) => {
        const nodes = new Set(items.flatMap((each) => [...each.nodes]));
        const all = {
          nodes,
          needsRows: items.some(({ needsRows }) => needsRows),
          needsCount: items.some(({ needsCount }) => needsCount),
        };
        const resultRows = await loadPage(viewerSession, page, pageStart, all);
        return items.map(() => resultRows);
      });
    };
}

import type { Asked } from './owned.ts';
import type { Reach } from './reach.ts';
import { together } from './select.ts';
import type { Tables } from './tables.ts';
import { type FoundTask, TaskEntity, type TaskRow } from './task.ts';
import { filterSql, partsOf, type TaskFilter } from './task-filter.ts';
import { CURSOR_KEY, type Cut, cursorIn, cutAfter, orderSql, type TaskOrder } from './task-order.ts';

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
export interface PageAsked {
  /** Fields of its tasks. */
  readonly nodes: Asked;
  /** Whether its tasks are asked for at all, or where they begin and end. */
  readonly rows: boolean;
  /** Whether it has to be counted how many tasks there are on all pages. */
  readonly count: boolean;
}

/** A page of the viewer's tasks and how many there are on all of them: of one moment, from one statement. */
export interface TaskPage {
  readonly nodes: readonly FoundTask[];
  /** NaN unless it was asked for: what nobody counted cannot leave. */
  readonly totalCount: number;
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  /** Where a page begins that follows this task. */
  cursorOf(task: FoundTask): string;
}

type PageRow = FoundTask & { readonly [CURSOR_KEY]: number | string | null };
type CountedRow = Omit<PageRow, 'id'> & { readonly id: string | null; readonly totalCount: number };

const VALUES = ['viewer', 'limit', 'key', 'cursorId', 'done', 'text', 'dueAfter', 'dueBefore'] as const;

/** What decides the text of a page's statement; every value is a value of it. */
interface PageShape {
  readonly order: TaskOrder;
  readonly cut: Cut['kind'];
  readonly parts: ReturnType<typeof partsOf>;
  readonly columns: readonly (keyof TaskRow)[];
  readonly rows: boolean;
  readonly count: boolean;
}

/** Prepares pages of tasks; null when `after` is no cursor of the order. */
export function taskPages({ owned, shapes }: Tables) {
  const own = owned(TaskEntity);

  /** The rows, the count, or both in one statement: an empty page has a count too, hence the join. */
  function sql({ order, cut, parts, columns, rows, count }: PageShape) {
    const filtered = filterSql(parts);
    const { key, orderBy, where } = orderSql(order, cut);
    const total = own.select({ extra: { totalCount: 'cast(count(*) as integer)' }, where: filtered });
    const extra = { [CURSOR_KEY]: key };
    const page = own.select({ columns, extra, where: [...filtered, ...where], orderBy, limit: 'limit' });
    if (!rows) return total;
    if (!count) return page;
    const sorted = orderBy.map(
      ({ by, direction, nullsLast }) => `"page".${by} ${direction}${nullsLast ? ' NULLS LAST' : ''}`,
    );
    return together(
      { total, page },
      `SELECT "total"."totalCount", "page".* FROM "total" LEFT JOIN "page" ON true ORDER BY ${sorted.join(', ')}`,
    );
  }

  async function read(
    { rows }: Reach,
    { filter, order, first }: PageArguments,
    { kind: cut, place }: Cut,
    asked: PageAsked,
  ): Promise<TaskPage> {
    const cursorOf = (task: FoundTask) => cursorIn(order, (task as PageRow)[CURSOR_KEY], task.id);
    const shape: PageShape = {
      order,
      cut,
      parts: partsOf(filter),
      columns: asked.rows ? own.columns(asked.nodes) : [],
      rows: asked.rows,
      count: asked.count,
    };
    const made = shapes.of('task.page', JSON.stringify(shape), VALUES, () => sql(shape));
    const values = { ...filter, limit: first + 1, key: place?.key, cursorId: place?.id };
    const answer = asked.rows || asked.count ? await rows<CountedRow>(made, values) : [];
    const found = asked.rows ? answer.filter((row): row is CountedRow & PageRow => row.id !== null) : [];
    return {
      nodes: found.slice(0, first),
      totalCount: asked.count ? (answer[0]?.totalCount ?? 0) : Number.NaN,
      hasNextPage: found.length > first,
      hasPreviousPage: place !== null,
      cursorOf,
    };
  }

  return (reach: Reach) =>
    async (page: PageArguments, asked: PageAsked): Promise<TaskPage | null> => {
      const cut = cutAfter(page.order, page.after);
      if (cut === null) return null;
      // The same page asked for twice beside each other is one statement with the columns of both.
      return reach.batches.load(`task.page ${JSON.stringify(page)}`, asked, async (asks) => {
        const nodes = new Set(asks.flatMap((each) => [...each.nodes]));
        const all = { nodes, rows: asks.some(({ rows }) => rows), count: asks.some(({ count }) => count) };
        const answer = await read(reach, page, cut, all);
        return asks.map(() => answer);
      });
    };
}

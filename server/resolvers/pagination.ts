import type { PageInfo } from '../generated/resolvers.ts';
import { badUserInput } from '../errors.ts';

const MAX_PAGE_SIZE = 100;

/** A page of rows, as the data gives it. */
interface Page<Row> {
  readonly nodes: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  cursorOf(row: Row): string;
}

/** How many entries were asked for; `usual` when that is not said. Refuses less than 1 and more than 100. */
export function pageSize(first: number | null | undefined, defaultSize: number): number {
  const size = first ?? defaultSize;
  if (size < 1 || size > MAX_PAGE_SIZE) throw badUserInput('first', `ask for 1 to ${MAX_PAGE_SIZE} at once`);
  return size;
}

/** Passes a page, and refuses the cursor for which there is none. `rule` says which there are. */
export function requirePage<T>(page: T | null, rule = 'pass a cursor as it came from this list'): T {
  if (page === null) throw badUserInput('after', rule);
  return page;
}

/** The rows, each with its cursor. */
export function edges<Row>({ nodes, cursorOf }: Page<Row>): { node: Row; cursor: string }[] {
  return nodes.map((node) => ({ node, cursor: cursorOf(node) }));
}

/** Whether there is more, and where it begins. */
export function pageInfo<Row>({ nodes, hasNextPage, hasPreviousPage, cursorOf }: Page<Row>): PageInfo {
  const [first, last] = [nodes[0], nodes.at(-1)];
  return {
    hasNextPage,
    hasPreviousPage,
    startCursor: first ? cursorOf(first) : null,
    endCursor: last ? cursorOf(last) : null,
  };
}

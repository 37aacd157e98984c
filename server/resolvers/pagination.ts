import type { PageInfo } from '../generated/resolvers.ts';
import { badUserInput } from '../errors.ts';

const MAX_PAGE_SIZE = 100;

/** A page of rows, as the repositories return it. */
interface Page<Row> {
  readonly nodes: readonly Row[];
  readonly hasNextPage: boolean;
  readonly hasPreviousPage: boolean;
  cursorOf(row: Row): string;
}

/** Returns the page size: `first`, or `defaultSize` without it. @throws BAD_USER_INPUT outside 1 to 100 */
export function pageSize(first: number | null | undefined, defaultSize: number): number {
  const size = first ?? defaultSize;
  if (size < 1 || size > MAX_PAGE_SIZE)
    throw badUserInput('first', { rule: 'range', min: 1, max: MAX_PAGE_SIZE }, `1 to ${MAX_PAGE_SIZE}`);
  return size;
}

/**
 * Returns the page.
 * @param page null when `after` is not a cursor of the list
 * @param expected says which cursors the list accepts
 * @throws BAD_USER_INPUT for a null page
 */
export function requirePage<T>(page: T | null, expected = 'pass a cursor that this list returned'): T {
  if (page === null) throw badUserInput('after', { rule: 'cursor' }, expected);
  return page;
}

/** The resolvers of every connection type (Relay cursor connections). */
export const connectionResolvers = { edges, pageInfo };

/** The cursors are encoded when they are read: a page may have none, because none was selected. */
function edges<Row>({ nodes, cursorOf }: Page<Row>): { readonly node: Row; readonly cursor: string }[] {
  return nodes.map((node) => ({
    node,
    get cursor() {
      return cursorOf(node);
    },
  }));
}

function pageInfo<Row>({ nodes, hasNextPage, hasPreviousPage, cursorOf }: Page<Row>): PageInfo {
  const [first, last] = [nodes[0], nodes.at(-1)];
  return {
    hasNextPage,
    hasPreviousPage,
    startCursor: first ? cursorOf(first) : null,
    endCursor: last ? cursorOf(last) : null,
  };
}

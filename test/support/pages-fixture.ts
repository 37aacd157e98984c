import type { PageArguments, PageSelection, TaskPage } from '../../server/data/task/task-page-query.ts';
import { type DataFixture, setUpDataFixture } from './data-fixture.ts';

/** All that can be asked of a page. */
export const FULL_SELECTION: PageSelection = {
  nodes: new Set(['title', 'position']),
  needsRows: true,
  needsCount: true,
};

/** The data layer on a scene, and pages of Carol's tasks. */
export interface PagesFixture extends DataFixture {
  /** A page of this many tasks at most; unless said otherwise of all, by position, with everything. */
  carolsPage(
    first: number,
    after: string | null,
    overrides?: Partial<PageArguments>,
    selection?: PageSelection,
  ): Promise<TaskPage | null>;
}

/** Lays a scene before the first test of a file or suite, and ends it after its last. */
export function setUpPagesFixture(): PagesFixture {
  const fixture = setUpDataFixture();
  const carolsPage: PagesFixture['carolsPage'] = (first, after, overrides = {}, selection = FULL_SELECTION) => {
    const order = { field: 'POSITION', direction: 'ASC' } as const;
    return fixture.dataFor(fixture.carol).tasks.page({ filter: {}, order, first, after, ...overrides }, selection);
  };
  return Object.assign(fixture, { carolsPage });
}

/** Where the page after this one begins; null where this one is empty. */
export function lastCursor(page: TaskPage | null): string | null {
  const last = page?.nodes.at(-1);
  return last && page ? page.cursorOf(last) : null;
}

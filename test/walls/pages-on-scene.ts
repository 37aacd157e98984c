import type { PageArguments, PageAsked, TaskPage } from '../../server/data/task-pages.ts';
import { type DataOnScene, dataOnScene } from './data-on-scene.ts';

/** All that can be asked of a page. */
export const EVERYTHING: PageAsked = { nodes: new Set(['title', 'position']), rows: true, count: true };

/** The data layer on a scene, and pages of Carol's tasks. */
export interface PagesOnScene extends DataOnScene {
  /** A page of this many tasks at most; unless said otherwise of all, by position, with everything. */
  pageOf(
    first: number,
    after: string | null,
    more?: Partial<PageArguments>,
    asked?: PageAsked,
  ): Promise<TaskPage | null>;
}

/** Lays a scene before the first test of a file or suite, and ends it after its last. */
export function pagesOnScene(): PagesOnScene {
  const on = dataOnScene();
  const pageOf: PagesOnScene['pageOf'] = (first, after, more = {}, asked = EVERYTHING) => {
    const order = { field: 'POSITION', direction: 'ASC' } as const;
    return on.of(on.carol).tasks.page({ filter: {}, order, first, after, ...more }, asked);
  };
  return Object.assign(on, { pageOf });
}

/** Where the page after this one begins; null where this one is empty. */
export function lastCursor(page: TaskPage | null): string | null {
  const last = page?.nodes.at(-1);
  return last && page ? page.cursorOf(last) : null;
}

import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type OwnedData, createOwnedData } from '../../server/data/owned-data.ts';
import { generateUuidV7 } from '../../server/uuid.ts';
import { ViewerDatabase } from '../../server/data/pg/viewer-database.ts';
import type { PageArguments, PageSelection, TaskPage } from '../../server/data/task/task-page-query.ts';
import { recordStatements } from './recording-pool.ts';
import { schemaOwners, type SeededFixture, createSeededFixture } from './seeded-fixture.ts';

/** The data layer on a seeded database, with a new user, Carol, for each test. */
export interface DataFixture {
  readonly seeded: SeededFixture;
  /** The text of every statement since the test began; a test may empty it. */
  readonly statements: string[];
  /** The id of a user who owns no rows. */
  readonly carol: string;
  /** Returns the data of a viewer. Each write is a transaction. */
  dataFor(viewer: string): OwnedData;
  /** Runs `work` in one transaction as Carol. */
  writeAsCarol<T>(work: (data: OwnedData) => Promise<T>): Promise<T>;
  /** Returns a page of at most `first` of Carol's tasks; by default of all tasks, by position, with every part. */
  carolsPage(
    first: number,
    after: string | null,
    overrides?: Partial<PageArguments>,
    selection?: PageSelection,
  ): Promise<TaskPage | null>;
}

/** Selects rows and count of a page. */
export const FULL_SELECTION: PageSelection = {
  nodes: new Set(['title', 'position']),
  needsRows: true,
  needsCount: true,
  needsCursors: true,
  needsNextPage: true,
};

/** Seeds a database before the first test of a file or suite; drops it after the last. */
export function setUpDataFixture(): DataFixture {
  const fixture = {} as { -readonly [Name in keyof DataFixture]: DataFixture[Name] };
  beforeAll(async () => {
    fixture.seeded = await createSeededFixture();
    const { pool, statements } = recordStatements(fixture.seeded.source.pool);
    const database = new ViewerDatabase(pool);
    const bind = createOwnedData(fixture.seeded.source.mapping, schemaOwners());
    fixture.statements = statements;
    fixture.dataFor = (viewer) => bind(viewer, database.openReader(viewer).run);
    fixture.writeAsCarol = (work) => database.runTransaction(fixture.carol, (run) => work(bind(fixture.carol, run)));
  });
  beforeEach(async () => {
    fixture.carol = await fixture.seeded.superuser.insertUser(`carol-${generateUuidV7()}`);
    fixture.statements.length = 0;
  });
  afterAll(() => fixture.seeded.end());
  fixture.carolsPage = (first, after, overrides = {}, selection = FULL_SELECTION) => {
    const order = { field: 'POSITION', direction: 'ASC' } as const;
    return fixture.dataFor(fixture.carol).tasks.page({ filter: {}, order, first, after, ...overrides }, selection);
  };
  return fixture;
}

/** Returns the cursor that continues after a page, or null for an empty page. */
export function lastCursor(page: TaskPage | null): string | null {
  const last = page?.nodes.at(-1);
  return last && page ? page.cursorOf(last) : null;
}

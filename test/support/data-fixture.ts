import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type OwnedData, createOwnedData } from '../../server/data/owned-data.ts';
import { generateUuidV7 } from '../../server/uuid.ts';
import { ViewerDatabase } from '../../server/data/pg/viewer-database.ts';
import { recordStatements } from '../walls/disabled-layers.ts';
import { schemaOwners, type SeededFixture, createSeededFixture } from './seeded-fixture.ts';

/** The data layer on a scene of its own, in the hands of somebody new for each test. */
export interface DataFixture {
  readonly seeded: SeededFixture;
  /** The text of every statement since the test began; a test may empty it. */
  readonly statements: string[];
  /** Who owns nothing yet. */
  readonly carol: string;
  /** What a viewer reads; writes are each a transaction of their own. */
  dataFor(viewer: string): OwnedData;
  /** Does something in one transaction of Carol's. */
  writeAsCarol<T>(work: (data: OwnedData) => Promise<T>): Promise<T>;
}

/** Lays a scene before the first test of a file or suite, and ends it after its last. */
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
  return fixture;
}

import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type OwnedData, ownedData } from '../../server/data/data.ts';
import { newIdentifier } from '../../server/data/identifier.ts';
import { Database } from '../../server/data/transaction.ts';
import { watched } from './faults.ts';
import { owners, type Scene, scene } from './scene.ts';

/** The data layer on a scene of its own, in the hands of somebody new for each test. */
export interface DataOnScene {
  readonly there: Scene;
  /** The text of every statement since the test began; a test may empty it. */
  readonly statements: string[];
  /** Who owns nothing yet. */
  readonly carol: string;
  /** What a viewer reads; writes are each a transaction of their own. */
  of(viewer: string): OwnedData;
  /** Does something in one transaction of Carol's. */
  write<T>(work: (data: OwnedData) => Promise<T>): Promise<T>;
}

/** Lays a scene before the first test of a file or suite, and ends it after its last. */
export function dataOnScene(): DataOnScene {
  const on = {} as { -readonly [Name in keyof DataOnScene]: DataOnScene[Name] };
  beforeAll(async () => {
    on.there = await scene();
    const { pool, statements } = watched(on.there.source.pool);
    const database = new Database(pool);
    const bind = ownedData(on.there.source.mapping, owners());
    on.statements = statements;
    on.of = (viewer) => bind(viewer, database.reading(viewer).run);
    on.write = (work) => database.writing(on.carol, (run) => work(bind(on.carol, run)));
  });
  beforeEach(async () => {
    on.carol = await on.there.above.person(`carol-${newIdentifier()}`);
    on.statements.length = 0;
  });
  afterAll(() => on.there.end());
  return on;
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordStatements } from '../../test/support/recording-pool.ts';
import { schemaOwners, type SeededFixture, createSeededFixture } from '../../test/support/seeded-fixture.ts';
import type { OwnedData } from './owned-data.ts';
import { OperationEnded } from './pg/database-errors.ts';
import { createOperationRunner } from './operation-runner.ts';
import { NO_DEADLINE } from './pg/deadline.ts';
import { ViewerDatabase } from './pg/viewer-database.ts';

let fixture: SeededFixture;
let operations: ReturnType<typeof createOperationRunner>;
let statements: string[];
beforeAll(async () => {
  fixture = await createSeededFixture();
  const recording = recordStatements(fixture.source.pool);
  ({ statements } = recording);
  operations = createOperationRunner(new ViewerDatabase(recording.pool), fixture.source.mapping, schemaOwners());
});
afterAll(() => fixture.end());

const viewer = () => ({
  userId: fixture.bob,
  email: 'bob@example.com',
  emailVerified: true,
  roles: ['USER'],
  sessionId: 'a-session',
  authTime: 0,
});
const FIELDS = new Set(['title']);
/** Data access that a resolver may attempt after its operation has ended. */
const USES: readonly (readonly [string, (data: OwnedData) => Promise<unknown>])[] = [
  ['a task', ({ tasks }) => tasks.byId(fixture.bobsTask, FIELDS)],
  ['a user', ({ users }) => users.own(new Set(['name']))],
  ['a deletion', ({ tasks }) => tasks.delete(fixture.bobsTask)],
];

describe.each(['runQuery', 'runMutation'] as const)('%s', (kind) => {
  const ENDINGS: readonly (readonly [string, (data: OwnedData) => Promise<void>])[] = [
    ['has resolved', async ({ tasks }) => void (await tasks.byId(fixture.bobsTask, FIELDS))],
    ['has sent no statement', async () => {}],
    ['has failed', () => Promise.reject(new Error('no'))],
  ];

  // covers: DATA-07
  test.each(ENDINGS)(
    `the data of ${kind} rejects with OperationEnded once the operation %s, and sends nothing`,
    async (_, ending) => {
      let kept: OwnedData | undefined;
      const work = (data: OwnedData) => {
        kept = data;
        return ending(data);
      };
      await operations[kind](viewer(), work, NO_DEADLINE).catch(() => {});
      statements.length = 0;
      for (const [what, use] of USES) await expect(use(kept as OwnedData), what).rejects.toBeInstanceOf(OperationEnded);
      expect(statements).toEqual([]);
    },
  );
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordStatements } from '../../test/support/recording-pool.ts';
import { schemaOwners, type SeededFixture, createSeededFixture } from '../../test/support/seeded-fixture.ts';
import type { OwnedData } from './owned-data.ts';
import { OperationEnded } from './pg/database-errors.ts';
import { createOperationRunner } from './operation-runner.ts';
import { NO_DEADLINE } from './pg/deadline.ts';
import { ViewerDatabase } from './pg/viewer-database.ts';

let there: SeededFixture;
let operations: ReturnType<typeof createOperationRunner>;
let statements: string[];
beforeAll(async () => {
  there = await createSeededFixture();
  const seen = recordStatements(there.source.pool);
  ({ statements } = seen);
  operations = createOperationRunner(new ViewerDatabase(seen.pool), there.source.mapping, schemaOwners());
});
afterAll(() => there.end());

const viewer = () => ({
  userId: there.bob,
  email: 'bob@example.com',
  emailVerified: true,
  roles: ['USER'],
  sessionId: 'a-session',
  authTime: 0,
});
const FIELDS = new Set(['title']);
/** Everything that a resolver can still hold of its operation. */
const USES: readonly (readonly [string, (data: OwnedData) => Promise<unknown>])[] = [
  ['a task', ({ tasks }) => tasks.byId(there.bobsTask, FIELDS)],
  ['a user', ({ users }) => users.own(new Set(['name']))],
  ['a deletion', ({ tasks }) => tasks.delete(there.bobsTask)],
];

describe.each(['runQuery', 'runMutation'] as const)('the data of %s', (kind) => {
  const ENDINGS: readonly (readonly [string, (data: OwnedData) => Promise<void>])[] = [
    ['has answered', async ({ tasks }) => void (await tasks.byId(there.bobsTask, FIELDS))],
    ['has used none', async () => {}],
    ['has failed', () => Promise.reject(new Error('no'))],
  ];

  // covers: DATA-07
  test.each(ENDINGS)('cannot be used any more once it %s: nothing is sent', async (_, ending) => {
    let kept: OwnedData | undefined;
    const work = (data: OwnedData) => {
      kept = data;
      return ending(data);
    };
    await operations[kind](viewer(), work, NO_DEADLINE).catch(() => {});
    statements.length = 0;
    for (const [what, use] of USES) await expect(use(kept as OwnedData), what).rejects.toBeInstanceOf(OperationEnded);
    expect(statements).toEqual([]);
  });
});

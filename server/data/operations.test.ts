import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { watched } from '../../test/walls/faults.ts';
import { owners, type Scene, scene } from '../../test/walls/scene.ts';
import type { OwnedData } from './data.ts';
import { OperationEnded } from './errors.ts';
import { createOperations } from './operations.ts';
import { PATIENT } from './patience.ts';
import { Database } from './transaction.ts';

let there: Scene;
let operations: ReturnType<typeof createOperations>;
let statements: string[];
beforeAll(async () => {
  there = await scene();
  const seen = watched(there.source.pool);
  ({ statements } = seen);
  operations = createOperations(new Database(seen.pool), there.source.mapping, owners());
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

describe.each(['query', 'mutation'] as const)('the data of a %s', (kind) => {
  const ENDINGS: readonly (readonly [string, (data: OwnedData) => Promise<void>])[] = [
    ['has answered', async ({ tasks }) => void (await tasks.byId(there.bobsTask, FIELDS))],
    ['has used none', async () => {}],
    ['has failed', () => Promise.reject(new Error('no'))],
  ];

  test.each(ENDINGS)('cannot be used any more once it %s: nothing is sent', async (_, ending) => {
    let kept: OwnedData | undefined;
    const work = (data: OwnedData) => {
      kept = data;
      return ending(data);
    };
    await operations[kind](viewer(), work, PATIENT).catch(() => {});
    statements.length = 0;
    for (const [what, use] of USES) await expect(use(kept as OwnedData), what).rejects.toBeInstanceOf(OperationEnded);
    expect(statements).toEqual([]);
  });
});

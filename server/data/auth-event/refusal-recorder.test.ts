import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { recordStatements } from '../../../test/support/recording-pool.ts';
import { createSeededFixture, type SeededFixture } from '../../../test/support/seeded-fixture.ts';
import { generateUuidV7 } from '../../uuid.ts';
import { ViewerDatabase } from '../pg/viewer-database.ts';
import { createRefusalRecorder } from './refusal-recorder.ts';

let fixture: SeededFixture;
let database: ViewerDatabase;
let statements: string[];
const onFailure = vi.fn();

beforeAll(async () => {
  fixture = await createSeededFixture();
  const recording = recordStatements(fixture.source.pool);
  statements = recording.statements;
  database = new ViewerDatabase(recording.pool);
});
afterAll(() => fixture.end());
beforeEach(async () => {
  await fixture.superuser.rows('delete from auth.auth_event');
  statements.length = 0;
  onFailure.mockReset();
});

const createRecorder = () => createRefusalRecorder({ database, onFailure });
const recorded = () =>
  fixture.superuser.rows(
    'select user_id, kind, outcome, address, user_agent, detail from auth.auth_event order by detail',
  );
const client = { address: '2001:db8::7', userAgent: 'Netscape 4' };

// covers: FR-026.4
test('a refusal is recorded with user, address, client and reason', async () => {
  const recorder = createRecorder();
  recorder.record({ viewerId: fixture.bob, reason: 'FORBIDDEN Query.tasks(userId:)', client });
  await recorder.settled();
  expect(await recorded()).toEqual([
    {
      user_id: fixture.bob,
      kind: 'ACCESS_REFUSED',
      outcome: 'REFUSED',
      address: '2001:db8::7',
      user_agent: 'Netscape 4',
      detail: 'FORBIDDEN Query.tasks(userId:)',
    },
  ]);
});

// covers: ACCOUNT-40
test('three hundred refusals of a user have one entry and take one statement', async () => {
  const recorder = createRecorder();
  for (let count = 0; count < 300; count++) recorder.record({ viewerId: fixture.bob, reason: `FORBIDDEN ${count}` });
  recorder.record({ viewerId: fixture.alice, reason: 'FORBIDDEN' });
  await recorder.settled();
  expect(await recorded()).toMatchObject([{ user_id: fixture.alice }, { user_id: fixture.bob, detail: 'FORBIDDEN 0' }]);
  expect(statements.filter((text) => text.includes('record_refusal'))).toHaveLength(2);
});

// covers: ACCOUNT-40
test('ten processes that refuse a user at the same moment record one entry', async () => {
  const recorders = Array.from({ length: 10 }, createRecorder);
  for (const recorder of recorders) recorder.record({ viewerId: fixture.bob, reason: 'FORBIDDEN' });
  await Promise.all(recorders.map((recorder) => recorder.settled()));
  expect(await recorded()).toHaveLength(1);
});

test('a refusal is recorded again after a minute', async () => {
  await fixture.superuser.rows(
    `insert into auth.auth_event (user_id, kind, outcome, detail, created_at)
      values ($1, 'ACCESS_REFUSED', 'REFUSED', 'A', now() - interval '61 seconds')`,
    [fixture.bob],
  );
  const recorder = createRecorder();
  recorder.record({ viewerId: fixture.bob, reason: 'B' });
  await recorder.settled();
  expect(await recorded()).toMatchObject([{ detail: 'A' }, { detail: 'B' }]);
});

test('another kind of event within the minute does not hide a refusal', async () => {
  await fixture.superuser.insertEvent(fixture.bob);
  const recorder = createRecorder();
  recorder.record({ viewerId: fixture.bob, reason: 'FORBIDDEN' });
  await recorder.settled();
  expect(await recorded()).toHaveLength(2);
});

test('a refusal that the database does not take is reported, and record does not throw', async () => {
  const recorder = createRecorder();
  recorder.record({ viewerId: 'no uuid', reason: 'FORBIDDEN' });
  await recorder.settled();
  expect(onFailure).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: '22P02' }));
});

test('a reason longer than 100 characters is cut off', async () => {
  const recorder = createRecorder();
  recorder.record({ viewerId: generateUuidV7(), reason: 'x'.repeat(300) });
  await recorder.settled();
  expect(await recorded()).toMatchObject([{ detail: 'x'.repeat(100) }]);
});

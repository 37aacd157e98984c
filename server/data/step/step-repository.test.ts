import { beforeEach, describe, expect, test } from 'vitest';
import { setUpDataFixture } from '../../../test/support/data-fixture.ts';
import { generateUuidV7 } from '../../uuid.ts';
import { MAX_STEPS_PER_TASK, type StepRepository } from './step-repository.ts';

const ALL = new Set(['title', 'done', 'position', 'task']);
const NEW = { title: 'Oat', done: false };

const on = setUpDataFixture();
let task: string;
let mine: StepRepository;

beforeEach(async () => {
  task = await on.seeded.superuser.insertTask(on.carol);
  mine = on.dataFor(on.carol).steps;
});

const add = (taskId = task, step = NEW) => on.writeAsCarol(({ steps }) => steps.add(taskId, step, ALL));
const titles = async (taskId = task) => (await mine.ofTask(taskId, ALL)).map(({ title }) => title);
const notCarolsIds = () => [on.seeded.alicesTask, generateUuidV7(), on.seeded.alicesTask.toUpperCase(), 'x', ''];

describe('add', () => {
  test('add puts a step at the end of its task', async () => {
    for (const title of ['one', 'two', 'three']) await add(task, { title, done: title === 'two' });
    expect(await mine.ofTask(task, ALL)).toMatchObject([
      { userId: on.carol, taskId: task, title: 'one', done: false, position: 1 },
      { title: 'two', done: true, position: 2 },
      { title: 'three', done: false, position: 3 },
    ]);
  });

  // covers: ACCESS-17, CONTRACT-09
  test('add returns null for another user’s task and for a missing one, and stores nothing', async () => {
    const before = await on.seeded.alicesRows();
    for (const id of notCarolsIds()) expect(await add(id)).toBeNull();
    expect(await on.seeded.alicesRows()).toEqual(before);
  });

  test(`add returns 'full' beyond ${MAX_STEPS_PER_TASK} steps`, async () => {
    for (let number = 1; number < MAX_STEPS_PER_TASK; number++)
      await on.seeded.superuser.insertStep(on.carol, task, { position: number });
    expect(await add()).toMatchObject({ position: MAX_STEPS_PER_TASK });
    expect(await add()).toBe('full');
    expect(await titles()).toHaveLength(MAX_STEPS_PER_TASK);
  });

  // covers: CONTRACT-10
  test('concurrent additions keep to the maximum, and each step has its own position', async () => {
    const room = 5;
    for (let number = 1; number <= MAX_STEPS_PER_TASK - room; number++)
      await on.seeded.superuser.insertStep(on.carol, task, { position: number });
    const added = await Promise.all(Array.from({ length: 9 }, () => add()));
    expect(added.filter((step) => step === 'full')).toHaveLength(4);
    const positions = (await mine.ofTask(task, ALL)).map(({ position }) => position);
    expect(positions).toEqual(Array.from({ length: MAX_STEPS_PER_TASK }, (_, index) => index + 1));
  });

  test('add is two statements, or one if the task is missing', async () => {
    await add();
    expect(on.statements.filter((text) => text.includes('app'))).toHaveLength(2);
    on.statements.length = 0;
    await add(on.seeded.alicesTask);
    expect(on.statements.filter((text) => text.includes('app'))).toHaveLength(1);
  });
});

describe('ofTask', () => {
  test('ofTask of several tasks is one statement, and each task gets its own steps in order', async () => {
    const tasks = [
      task,
      await on.seeded.superuser.insertTask(on.carol),
      await on.seeded.superuser.insertTask(on.carol),
    ];
    for (const [index, id] of tasks.entries())
      for (const position of [3, 1, 2])
        await on.seeded.superuser.insertStep(on.carol, id, { title: `${index} ${position}`, position });
    const found = await Promise.all(tasks.map((id) => titles(id)));
    expect(found).toEqual([0, 1, 2].map((index) => [1, 2, 3].map((position) => `${index} ${position}`)));
    expect(on.statements).toHaveLength(1);
  });

  test('ofTask with different selections is one statement with the columns of all', async () => {
    await add();
    on.statements.length = 0;
    await Promise.all([mine.ofTask(task, new Set(['title'])), mine.ofTask(task, new Set(['done']))]);
    expect(on.statements).toHaveLength(1);
    expect(on.statements[0]).toMatch(
      /^SELECT "user_id" AS "userId", "id" AS "id", "task_id" AS "taskId", "title" AS "title", "done" AS "done" FROM/,
    );
  });

  test('ofTask returns no steps for another user’s task and for a missing one', async () => {
    for (const id of [on.seeded.alicesTask, generateUuidV7()]) expect(await mine.ofTask(id, ALL)).toEqual([]);
  });

  test('ofTask orders steps of equal position by id', async () => {
    for (let number = 0; number < 20; number++) await on.seeded.superuser.insertStep(on.carol, task);
    await on.seeded.superuser.rows('update app.step set id = gen_random_uuid() where user_id = $1', [on.carol]);
    const ids = (await mine.ofTask(task, ALL)).map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted());
  });
});

describe('update', () => {
  test.each([{ title: 'B' }, { done: true }, { title: 'B', done: true }, {}])(
    'update to %o changes those fields only',
    async (changes) => {
      const step = await add();
      if (step === 'full' || step === null) throw new Error('No step.');
      expect(await mine.update(step.id, changes, ALL)).toEqual({ ...step, ...changes });
      expect(await mine.ofTask(task, ALL)).toEqual([{ ...step, ...changes }]);
    },
  );

  test('update returns null for another user’s step, a missing one and an invalid id, and changes nothing', async () => {
    const before = await on.seeded.alicesRows();
    for (const id of [on.seeded.alicesStep, generateUuidV7(), on.seeded.alicesStep.toUpperCase(), 'x'])
      for (const changes of [{ title: 'taken' }, {}]) expect(await mine.update(id, changes, ALL)).toBeNull();
    expect(await on.seeded.alicesRows()).toEqual(before);
  });
});

describe('delete', () => {
  test('delete removes the viewer’s step, and returns whether it existed', async () => {
    const step = await on.seeded.superuser.insertStep(on.carol, task);
    expect(await mine.delete(step)).toBe(true);
    expect(await mine.delete(step)).toBe(false);
    expect(await titles()).toEqual([]);
  });

  test('delete does not remove another user’s step', async () => {
    const before = await on.seeded.alicesRows();
    for (const id of [on.seeded.alicesStep, on.seeded.alicesStep.toUpperCase(), 'x', ''])
      expect(await mine.delete(id)).toBe(false);
    expect(await on.seeded.alicesRows()).toEqual(before);
  });
});

test('deleting a task deletes its steps', async () => {
  await add();
  await on.writeAsCarol(({ tasks }) => tasks.delete(task));
  expect(await on.seeded.superuser.rows('select from app.step where user_id = $1', [on.carol])).toEqual([]);
});

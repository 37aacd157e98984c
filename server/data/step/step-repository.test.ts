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
const elsewhere = () => [on.seeded.alicesTask, generateUuidV7(), on.seeded.alicesTask.toUpperCase(), 'x', ''];

describe('add', () => {
  test('puts a step at the end of its task', async () => {
    for (const title of ['one', 'two', 'three']) await add(task, { title, done: title === 'two' });
    expect(await mine.ofTask(task, ALL)).toMatchObject([
      { userId: on.carol, taskId: task, title: 'one', done: false, position: 1 },
      { title: 'two', done: true, position: 2 },
      { title: 'three', done: false, position: 3 },
    ]);
  });

  // covers: ACCESS-17, CONTRACT-09
  test('hangs no step on somebody else’s task, nor on one that is not there', async () => {
    const before = await on.seeded.alicesRows();
    for (const id of elsewhere()) expect(await add(id)).toBeNull();
    expect(await on.seeded.alicesRows()).toEqual(before);
  });

  test(`stops at ${MAX_STEPS_PER_TASK} steps`, async () => {
    for (let number = 1; number < MAX_STEPS_PER_TASK; number++)
      await on.seeded.superuser.insertStep(on.carol, task, { position: number });
    expect(await add()).toMatchObject({ position: MAX_STEPS_PER_TASK });
    expect(await add()).toBe('full');
    expect(await titles()).toHaveLength(MAX_STEPS_PER_TASK);
  });

  // covers: CONTRACT-10
  test('stops there for many at once as well, and each has its own place', async () => {
    const room = 5;
    for (let number = 1; number <= MAX_STEPS_PER_TASK - room; number++)
      await on.seeded.superuser.insertStep(on.carol, task, { position: number });
    const added = await Promise.all(Array.from({ length: 9 }, () => add()));
    expect(added.filter((step) => step === 'full')).toHaveLength(4);
    const positions = (await mine.ofTask(task, ALL)).map(({ position }) => position);
    expect(positions).toEqual(Array.from({ length: MAX_STEPS_PER_TASK }, (_, index) => index + 1));
  });

  test('is two statements, and one where there is no such task', async () => {
    await add();
    expect(on.statements.filter((text) => text.includes('app'))).toHaveLength(2);
    on.statements.length = 0;
    await add(on.seeded.alicesTask);
    expect(on.statements.filter((text) => text.includes('app'))).toHaveLength(1);
  });
});

describe('ofTask', () => {
  test('of many tasks is one statement, and each task has its own steps in order', async () => {
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

  test('asked with different fields is one statement, with the columns of all and no others', async () => {
    await add();
    on.statements.length = 0;
    await Promise.all([mine.ofTask(task, new Set(['title'])), mine.ofTask(task, new Set(['done']))]);
    expect(on.statements).toHaveLength(1);
    expect(on.statements[0]).toMatch(
      /^SELECT "user_id" AS "userId", "id" AS "id", "task_id" AS "taskId", "title" AS "title", "done" AS "done" FROM/,
    );
  });

  test('is nothing for somebody else’s task', async () => {
    for (const id of [on.seeded.alicesTask, generateUuidV7()]) expect(await mine.ofTask(id, ALL)).toEqual([]);
  });

  test('steps at one position come in the order of their ids, whatever the order they were added in', async () => {
    for (let number = 0; number < 20; number++) await on.seeded.superuser.insertStep(on.carol, task);
    await on.seeded.superuser.rows('update app.step set id = gen_random_uuid() where user_id = $1', [on.carol]);
    const ids = (await mine.ofTask(task, ALL)).map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted());
  });
});

describe('update', () => {
  test.each([{ title: 'B' }, { done: true }, { title: 'B', done: true }, {}])(
    'of %o changes that and nothing else',
    async (changes) => {
      const step = await add();
      if (step === 'full' || step === null) throw new Error('No step.');
      expect(await mine.update(step.id, changes, ALL)).toEqual({ ...step, ...changes });
      expect(await mine.ofTask(task, ALL)).toEqual([{ ...step, ...changes }]);
    },
  );

  test('is null for somebody else’s step, a missing one and no id, and changes none', async () => {
    const before = await on.seeded.alicesRows();
    for (const id of [on.seeded.alicesStep, generateUuidV7(), on.seeded.alicesStep.toUpperCase(), 'x'])
      for (const changes of [{ title: 'taken' }, {}]) expect(await mine.update(id, changes, ALL)).toBeNull();
    expect(await on.seeded.alicesRows()).toEqual(before);
  });
});

describe('delete', () => {
  test('takes the viewer’s step away, and says whether there was one', async () => {
    const step = await on.seeded.superuser.insertStep(on.carol, task);
    expect(await mine.delete(step)).toBe(true);
    expect(await mine.delete(step)).toBe(false);
    expect(await titles()).toEqual([]);
  });

  test('leaves somebody else’s step alone', async () => {
    const before = await on.seeded.alicesRows();
    for (const id of [on.seeded.alicesStep, on.seeded.alicesStep.toUpperCase(), 'x', ''])
      expect(await mine.delete(id)).toBe(false);
    expect(await on.seeded.alicesRows()).toEqual(before);
  });
});

test('the steps of a task go with it', async () => {
  await add();
  await on.writeAsCarol(({ tasks }) => tasks.delete(task));
  expect(await on.seeded.superuser.rows('select from app.step where user_id = $1', [on.carol])).toEqual([]);
});

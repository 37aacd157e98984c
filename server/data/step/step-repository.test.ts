import { beforeEach, describe, expect, test } from 'vitest';
import { setUpDataFixture } from '../../../test/support/data-fixture.ts';
import { generateUuidV7 } from '../../uuid.ts';
import { MAX_STEPS_PER_TASK, type StepRepository } from './step-repository.ts';

const ALL = new Set(['title', 'done', 'position', 'task']);
const NEW = { title: 'Oat', done: false };

const fixture = setUpDataFixture();
let task: string;
let carolsSteps: StepRepository;

beforeEach(async () => {
  task = await fixture.seeded.superuser.insertTask(fixture.carol);
  carolsSteps = fixture.dataFor(fixture.carol).steps;
});

const add = (taskId = task, step = NEW) => fixture.writeAsCarol(({ steps }) => steps.add(taskId, step, ALL));
const titles = async (taskId = task) => (await carolsSteps.ofTask(taskId, ALL)).map(({ title }) => title);
const notCarolsIds = () => [
  fixture.seeded.alicesTask,
  generateUuidV7(),
  fixture.seeded.alicesTask.toUpperCase(),
  'x',
  '',
];

describe('add', () => {
  test('add puts a step at the end of its task', async () => {
    for (const title of ['one', 'two', 'three']) await add(task, { title, done: title === 'two' });
    expect(await carolsSteps.ofTask(task, ALL)).toMatchObject([
      { userId: fixture.carol, taskId: task, title: 'one', done: false, position: 1 },
      { title: 'two', done: true, position: 2 },
      { title: 'three', done: false, position: 3 },
    ]);
  });

  // covers: ACCESS-17, CONTRACT-09
  test('add returns null for another user’s task and for a missing one, and stores nothing', async () => {
    const before = await fixture.seeded.alicesRows();
    for (const id of notCarolsIds()) expect(await add(id)).toBeNull();
    expect(await fixture.seeded.alicesRows()).toEqual(before);
  });

  test(`add returns 'full' beyond ${MAX_STEPS_PER_TASK} steps`, async () => {
    for (let number = 1; number < MAX_STEPS_PER_TASK; number++)
      await fixture.seeded.superuser.insertStep(fixture.carol, task, { position: number });
    expect(await add()).toMatchObject({ position: MAX_STEPS_PER_TASK });
    expect(await add()).toBe('full');
    expect(await titles()).toHaveLength(MAX_STEPS_PER_TASK);
  });

  // covers: CONTRACT-10
  test('concurrent additions keep to the maximum, and each step has its own position', async () => {
    const room = 5;
    for (let number = 1; number <= MAX_STEPS_PER_TASK - room; number++)
      await fixture.seeded.superuser.insertStep(fixture.carol, task, { position: number });
    const added = await Promise.all(Array.from({ length: 9 }, () => add()));
    expect(added.filter((step) => step === 'full')).toHaveLength(4);
    const positions = (await carolsSteps.ofTask(task, ALL)).map(({ position }) => position);
    expect(positions).toEqual(Array.from({ length: MAX_STEPS_PER_TASK }, (_, index) => index + 1));
  });

  test('add is two statements, or one if the task is missing', async () => {
    await add();
    expect(fixture.statements.filter((text) => text.includes('app'))).toHaveLength(2);
    fixture.statements.length = 0;
    await add(fixture.seeded.alicesTask);
    expect(fixture.statements.filter((text) => text.includes('app'))).toHaveLength(1);
  });
});

describe('ofTask', () => {
  test('ofTask of several tasks is one statement, and each task gets its own steps in order', async () => {
    const tasks = [
      task,
      await fixture.seeded.superuser.insertTask(fixture.carol),
      await fixture.seeded.superuser.insertTask(fixture.carol),
    ];
    for (const [index, id] of tasks.entries())
      for (const position of [3, 1, 2])
        await fixture.seeded.superuser.insertStep(fixture.carol, id, { title: `${index} ${position}`, position });
    const found = await Promise.all(tasks.map((id) => titles(id)));
    expect(found).toEqual([0, 1, 2].map((index) => [1, 2, 3].map((position) => `${index} ${position}`)));
    expect(fixture.statements).toHaveLength(1);
  });

  test('ofTask with different selections is one statement with the columns of all', async () => {
    await add();
    fixture.statements.length = 0;
    await Promise.all([carolsSteps.ofTask(task, new Set(['title'])), carolsSteps.ofTask(task, new Set(['done']))]);
    expect(fixture.statements).toHaveLength(1);
    expect(fixture.statements[0]).toMatch(
      /^SELECT "user_id" AS "userId", "id" AS "id", "task_id" AS "taskId", "title" AS "title", "done" AS "done" FROM/,
    );
  });

  test('ofTask returns no steps for another user’s task and for a missing one', async () => {
    for (const id of [fixture.seeded.alicesTask, generateUuidV7()])
      expect(await carolsSteps.ofTask(id, ALL)).toEqual([]);
  });

  test('ofTask orders steps of equal position by id', async () => {
    for (let number = 0; number < 20; number++) await fixture.seeded.superuser.insertStep(fixture.carol, task);
    await fixture.seeded.superuser.rows('update app.step set id = gen_random_uuid() where user_id = $1', [
      fixture.carol,
    ]);
    const ids = (await carolsSteps.ofTask(task, ALL)).map(({ id }) => id);
    expect(ids).toEqual(ids.toSorted());
  });
});

describe('update', () => {
  test.each([{ title: 'B' }, { done: true }, { title: 'B', done: true }, {}])(
    'update to %o changes those fields only',
    async (changes) => {
      const step = await add();
      if (step === 'full' || step === null) throw new Error('No step.');
      expect(await carolsSteps.update(step.id, changes, ALL)).toEqual({ ...step, ...changes });
      expect(await carolsSteps.ofTask(task, ALL)).toEqual([{ ...step, ...changes }]);
    },
  );

  test('update returns null for another user’s step, a missing one and an invalid id, and changes nothing', async () => {
    const before = await fixture.seeded.alicesRows();
    for (const id of [fixture.seeded.alicesStep, generateUuidV7(), fixture.seeded.alicesStep.toUpperCase(), 'x'])
      for (const changes of [{ title: 'taken' }, {}]) expect(await carolsSteps.update(id, changes, ALL)).toBeNull();
    expect(await fixture.seeded.alicesRows()).toEqual(before);
  });
});

describe('delete', () => {
  test('delete removes the viewer’s step, and returns whether it existed', async () => {
    const step = await fixture.seeded.superuser.insertStep(fixture.carol, task);
    expect(await carolsSteps.delete(step)).toBe(true);
    expect(await carolsSteps.delete(step)).toBe(false);
    expect(await titles()).toEqual([]);
  });

  test('delete does not remove another user’s step', async () => {
    const before = await fixture.seeded.alicesRows();
    for (const id of [fixture.seeded.alicesStep, fixture.seeded.alicesStep.toUpperCase(), 'x', ''])
      expect(await carolsSteps.delete(id)).toBe(false);
    expect(await fixture.seeded.alicesRows()).toEqual(before);
  });
});

// covers: TASKAPI-02
test('the steps of a deleted task are missing, and are those of the restored task', async () => {
  await add();
  const [before] = await fixture.dataFor(fixture.carol).steps.ofTask(task, ALL);
  const step = before?.id ?? '';
  await fixture.writeAsCarol(({ tasks }) => tasks.delete(task));
  for (const changes of [{ title: 'new' }, {}]) expect(await carolsSteps.update(step, changes, ALL)).toBeNull();
  expect(await carolsSteps.delete(step)).toBe(false);
  expect(await carolsSteps.add(task, { title: 'new', done: false }, ALL)).toBeNull();
  await fixture.writeAsCarol(({ tasks }) => tasks.restore(task, ALL));
  expect(await carolsSteps.update(step, {}, ALL)).toEqual(before);
});

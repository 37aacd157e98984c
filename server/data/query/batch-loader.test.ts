import { describe, expect, test } from 'vitest';
import { BatchLoader } from './batch-loader.ts';

/** A batch loader whose batches are recorded, and settled by the test. */
function createRecordingLoader() {
  const batchLoader = new BatchLoader();
  const sent: { readonly key: string; readonly items: readonly string[]; answer(): void; fail(error: Error): void }[] =
    [];
  const load = (key: string, item: string) =>
    batchLoader.load<string, string>(key, item, (items) => {
      const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
      sent.push({ key, items, answer: () => resolve(items.map((each) => `${key} ${each}`)), fail: reject });
      return promise;
    });
  return { load, sent };
}

/** Waits for everything that does not depend on the test. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const answerAll = async <T>(answers: Promise<T>[], { sent }: ReturnType<typeof createRecordingLoader>) => {
  await settled();
  for (const each of sent) each.answer();
  return Promise.all(answers);
};

describe('concurrent loads', () => {
  // covers: CONTRACT-14
  test('concurrent loads of one key are one statement, and each resolves with its own result', async () => {
    const all = createRecordingLoader();
    const answers = ['a', 'b', 'a'].map((item) => all.load('task', item));
    expect(await answerAll(answers, all)).toEqual(['task a', 'task b', 'task a']);
    expect(all.sent.map(({ items }) => items)).toEqual([['a', 'b', 'a']]);
  });

  test('loads of different keys are separate statements, sent at the same time', async () => {
    const all = createRecordingLoader();
    const answers = [all.load('task', 'a'), all.load('user', 'b'), all.load('task', 'c')];
    expect(await answerAll(answers, all)).toEqual(['task a', 'user b', 'task c']);
    expect(all.sent.map(({ key, items }) => [key, items])).toEqual([
      ['task', ['a', 'c']],
      ['user', ['b']],
    ]);
  });

  test('loads are batched even if they start some microtasks apart', async () => {
    const all = createRecordingLoader();
    const loadLater = async (item: string, ticks: number) => {
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      return all.load('task', item);
    };
    await answerAll([loadLater('a', 0), loadLater('b', 1), loadLater('c', 30)], all);
    expect(all.sent.map(({ items }) => items)).toEqual([['a', 'b', 'c']]);
  });

  test('loads are batched even if they follow from statements that are answered at different times', async () => {
    const all = createRecordingLoader();
    const [first, second] = [all.load('page 1', '').then(() => all.load('steps', 'of 1')), all.load('page 2', '')];
    const third = second.then(() => all.load('steps', 'of 2'));
    await settled();
    all.sent[0]?.answer();
    await settled();
    expect(all.sent).toHaveLength(2);
    all.sent[1]?.answer();
    await settled();
    all.sent[2]?.answer();
    expect(await Promise.all([first, third])).toEqual(['steps of 1', 'steps of 2']);
    expect(all.sent.map(({ items }) => items)).toEqual([[''], [''], ['of 1', 'of 2']]);
  });
});

// covers: ACCESS-23
test('results are not cached: a second load sends a second statement, so that no result is older than a write', async () => {
  const all = createRecordingLoader();
  await answerAll([all.load('task', 'a')], all);
  await answerAll([all.load('task', 'a')], all);
  expect(all.sent).toHaveLength(2);
});

describe('a failed statement', () => {
  test('a failed statement rejects all loads of its batch, and no other', async () => {
    const all = createRecordingLoader();
    const answers = [all.load('task', 'a'), all.load('task', 'b'), all.load('user', 'c')];
    const outcomes = Promise.allSettled(answers);
    await settled();
    const error = new Error('failed');
    all.sent[0]?.fail(error);
    all.sent[1]?.answer();
    expect(await outcomes).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
      { status: 'fulfilled', value: 'user c' },
    ]);
  });

  test('loads that waited for a failed statement are sent', async () => {
    const all = createRecordingLoader();
    const first = all.load('task', 'a').catch(() => all.load('task', 'again'));
    await settled();
    all.sent[0]?.fail(new Error('failed'));
    await settled();
    all.sent[1]?.answer();
    expect(await first).toBe('task again');
  });

  test('an exception in fetch rejects the load', async () => {
    const fetch = (): never => {
      throw new TypeError('no such statement');
    };
    await expect(new BatchLoader().load('task', 'a', fetch)).rejects.toThrow('no such statement');
  });
});

import { describe, expect, test } from 'vitest';
import { BatchLoader } from './batch-loader.ts';

/** A read whose every statement is seen, and answered when the test says so. */
function reads() {
  const batches = new BatchLoader();
  const sent: { readonly read: string; readonly asks: readonly string[]; answer(): void; fail(error: Error): void }[] =
    [];
  const load = (read: string, ask: string) =>
    batches.load<string, string>(read, ask, (asks) => {
      const { promise, resolve, reject } = Promise.withResolvers<readonly string[]>();
      sent.push({ read, asks, answer: () => resolve(asks.map((each) => `${read} ${each}`)), fail: reject });
      return promise;
    });
  return { load, sent };
}

/** After everything that is under way without the test's doing. */
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
const answersNow = async <T>(answers: Promise<T>[], { sent }: ReturnType<typeof reads>) => {
  await settled();
  for (const each of sent) each.answer();
  return Promise.all(answers);
};

describe('reads beside each other', () => {
  // covers: CONTRACT-14
  test('are one statement, and each gets its own answer', async () => {
    const all = reads();
    const answers = ['a', 'b', 'a'].map((ask) => all.load('task', ask));
    expect(await answersNow(answers, all)).toEqual(['task a', 'task b', 'task a']);
    expect(all.sent.map(({ asks }) => asks)).toEqual([['a', 'b', 'a']]);
  });

  test('of another kind are another statement, sent at the same time', async () => {
    const all = reads();
    const answers = [all.load('task', 'a'), all.load('user', 'b'), all.load('task', 'c')];
    expect(await answersNow(answers, all)).toEqual(['task a', 'user b', 'task c']);
    expect(all.sent.map(({ read, asks }) => [read, asks])).toEqual([
      ['task', ['a', 'c']],
      ['user', ['b']],
    ]);
  });

  test('are joined although some promises lie between them', async () => {
    const all = reads();
    const later = async (ask: string, turns: number) => {
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      return all.load('task', ask);
    };
    await answersNow([later('a', 0), later('b', 1), later('c', 30)], all);
    expect(all.sent.map(({ asks }) => asks)).toEqual([['a', 'b', 'c']]);
  });

  test('are joined although the statements they come from are answered at different times', async () => {
    const all = reads();
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
    expect(all.sent.map(({ asks }) => asks)).toEqual([[''], [''], ['of 1', 'of 2']]);
  });
});

// covers: ACCESS-23
test('nothing is kept: what is asked once more is read once more, so that no answer is older than a write', async () => {
  const all = reads();
  await answersNow([all.load('task', 'a')], all);
  await answersNow([all.load('task', 'a')], all);
  expect(all.sent).toHaveLength(2);
});

describe('a statement that fails', () => {
  test('fails for all who asked, with its own error, and for nobody else', async () => {
    const all = reads();
    const answers = [all.load('task', 'a'), all.load('task', 'b'), all.load('user', 'c')];
    const outcomes = Promise.allSettled(answers);
    await settled();
    const error = new Error('away');
    all.sent[0]?.fail(error);
    all.sent[1]?.answer();
    expect(await outcomes).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
      { status: 'fulfilled', value: 'user c' },
    ]);
  });

  test('does not keep those from being sent that waited for it', async () => {
    const all = reads();
    const first = all.load('task', 'a').catch(() => all.load('task', 'again'));
    await settled();
    all.sent[0]?.fail(new Error('away'));
    await settled();
    all.sent[1]?.answer();
    expect(await first).toBe('task again');
  });

  test('that throws before it is sent fails as well', async () => {
    const fetch = (): never => {
      throw new TypeError('no such shape');
    };
    await expect(new BatchLoader().load('task', 'a', fetch)).rejects.toThrow('no such shape');
  });
});

import { describe, expect, test } from 'vitest';
import { KeyedSemaphore, Overloaded, WaitAborted } from './keyed-semaphore.ts';

/** Tasks that end when the test ends them, and the names of those that started, in order. */
function controlledTasks() {
  const started: string[] = [];
  const ends = new Map<string, () => void>();
  const task = (name: string) => () =>
    new Promise<string>((resolve) => {
      started.push(name);
      ends.set(name, () => resolve(name));
    });
  return { started, task, end: (name: string) => ends.get(name)?.() };
}

describe('with a limit per key', () => {
  test.each([1, 2, 5])('runs %i tasks of one key at a time, in order of arrival', async (limitPerKey) => {
    const { started, task, end } = controlledTasks();
    const semaphore = new KeyedSemaphore({ limitPerKey });
    const names = Array.from({ length: 10 }, (_, index) => `w${index}`);
    const done = names.map((name) => semaphore.run('alice', task(name)));
    for (const [index, name] of names.entries()) {
      expect(started).toEqual(names.slice(0, limitPerKey + index));
      end(name);
      expect(await done[index]).toBe(name);
    }
  });

  test('rejects with the error of a task that fails, and starts the next one of its key', async () => {
    const semaphore = new KeyedSemaphore({ limitPerKey: 1 });
    const fails = semaphore.run('alice', () => Promise.reject(new Error('broken')));
    const next = semaphore.run('alice', async () => 'next');
    await expect(fails).rejects.toThrow('broken');
    expect(await next).toBe('next');
  });

  // covers: HTTP-04
  test('starts a task of another key at once, however many tasks of one key wait', async () => {
    const { task } = controlledTasks();
    const semaphore = new KeyedSemaphore({ limitPerKey: 1 });
    for (let count = 0; count < 5; count++) void semaphore.run('alice', task(`a${count}`));
    expect(await semaphore.run('bob', async () => 'done')).toBe('done');
  });

  test('never starts a task whose signal aborts or whose deadline passes, and starts the ones behind it sooner', async () => {
    const { started, task, end } = controlledTasks();
    const semaphore = new KeyedSemaphore({ limitPerKey: 1 });
    const client = new AbortController();
    const first = semaphore.run('alice', task('first'));
    const left = semaphore.run('alice', task('left'), { signal: client.signal });
    const overdue = semaphore.run('alice', task('overdue'), { signal: null, expiresAt: performance.now() + 5 });
    const gone = semaphore.run('alice', task('gone'), { signal: AbortSignal.abort(), expiresAt: Infinity });
    const last = semaphore.run('alice', task('last'));
    const rejected = [left, overdue, gone].map((one) => expect(one).rejects.toBeInstanceOf(WaitAborted));
    client.abort();
    await Promise.all(rejected);
    end('first');
    expect(await first).toBe('first');
    end('last');
    expect(await last).toBe('last');
    expect(started).toEqual(['first', 'last']);
  });

  test('holds no state of a key once its last task has ended', async () => {
    const semaphore = new KeyedSemaphore({ limitPerKey: 2 });
    const all = Array.from({ length: 100 }, (_, index) => semaphore.run(`v${index % 10}`, async () => index));
    expect(semaphore.activeKeys).toBe(10);
    await Promise.all(all);
    expect(semaphore.activeKeys).toBe(0);
  });
});

/** Tasks of a semaphore that end when the test ends them, with the order in which they started. */
function taskRecorder(semaphore: KeyedSemaphore) {
  const started: string[] = [];
  const rejected: string[] = [];
  const ends: (() => void)[] = [];
  return {
    started,
    rejected,
    /** Runs a task; the first character of its name is the key. */
    run(name: string, key = name.charAt(0)): void {
      const task = () => {
        started.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      };
      semaphore.run(key, task).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Overloaded);
        rejected.push(name);
      });
    },
    /** Ends tasks, the longest running first, until none is left. */
    async endAll(): Promise<void> {
      for (let end = ends.shift(); end; end = ends.shift()) {
        end();
        await new Promise(setImmediate);
      }
    },
  };
}

describe('with a limit for all keys', () => {
  test('runs `limit` tasks at a time, and tasks of one key in order of arrival', async () => {
    const tasks = taskRecorder(new KeyedSemaphore({ limit: 2, maxWaiting: 10 }));
    for (const name of ['a1', 'a2', 'a3', 'a4']) tasks.run(name);
    expect(tasks.started).toEqual(['a1', 'a2']);
    await tasks.endAll();
    expect(tasks.started).toEqual(['a1', 'a2', 'a3', 'a4']);
  });

  test('starts tasks of the waiting keys in turns, however many tasks one of them has waiting', async () => {
    const tasks = taskRecorder(new KeyedSemaphore({ limit: 1, maxWaiting: 20 }));
    for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) tasks.run(name);
    await tasks.endAll();
    expect(tasks.started).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  test('lets one key use all of `maxWaiting` while no other key waits, and rejects tasks beyond it', async () => {
    const tasks = taskRecorder(new KeyedSemaphore({ limit: 1, maxWaiting: 3 }));
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) tasks.run(name);
    await tasks.endAll();
    expect(tasks.started).toEqual(['a1', 'a2', 'a3', 'a4']);
    expect(tasks.rejected).toEqual(['a5']);
  });

  test('rejects the last task of the longest queue to keep a task of another key', async () => {
    const tasks = taskRecorder(new KeyedSemaphore({ limit: 1, maxWaiting: 4 }));
    for (const name of ['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'c1', 'b2']) tasks.run(name);
    await tasks.endAll();
    expect(tasks.rejected).toEqual(['a5', 'a4', 'b2']);
    expect(tasks.started).toEqual(['a1', 'a2', 'b1', 'c1', 'a3']);
  });

  test('rejects a new task when no key has more tasks waiting than its own', async () => {
    const tasks = taskRecorder(new KeyedSemaphore({ limit: 1, maxWaiting: 2 }));
    for (const name of ['x', 'a', 'b', 'c']) tasks.run(name);
    await tasks.endAll();
    expect(tasks.rejected).toEqual(['c']);
  });

  /** A pseudo-random sequence that is the same in each run (a linear congruential generator). */
  function* numbers(seed: number): Generator<number> {
    for (let state = seed; ; ) yield (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
  }

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'rejects no task of a key that keeps to its share of `maxWaiting` while another key floods, sequence %i',
    async (seed) => {
      const maxWaiting = 20;
      const keys = ['a', 'b', 'c', 'd'];
      const tasks = taskRecorder(new KeyedSemaphore({ limit: 3, maxWaiting }));
      const random = numbers(seed);
      // One key floods; the others stay within an equal share.
      const share = maxWaiting / keys.length;
      const counts = new Map(keys.map((key) => [key, 0]));
      for (let index = 0; index < 400; index++) {
        const key = keys[((random.next().value as number) % 997) % keys.length] ?? 'a';
        const count = counts.get(key) ?? 0;
        if (key !== 'a' && count >= share) continue;
        counts.set(key, count + 1);
        tasks.run(`${key}${count}`);
      }
      await tasks.endAll();
      expect(tasks.rejected.filter((name) => !name.startsWith('a'))).toEqual([]);
      expect(tasks.rejected.length).toBeGreaterThan(0);
      const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
      expect(tasks.started.length + tasks.rejected.length).toBe(total);
    },
  );

  test('frees the slot of a task that fails, and no slot for a task that it rejects', async () => {
    const semaphore = new KeyedSemaphore({ limit: 1, maxWaiting: 0 });
    const first = semaphore.run('a', () => Promise.reject(new Error('failed')));
    await expect(semaphore.run('b', () => Promise.resolve('second'))).rejects.toBeInstanceOf(Overloaded);
    await expect(first).rejects.toThrow('failed');
    await expect(semaphore.run('b', () => Promise.resolve('third'))).resolves.toBe('third');
  });
});

describe('with both limits', () => {
  test('gives a free slot to the next key in turn that is below its own limit', async () => {
    const { started, task, end } = controlledTasks();
    const semaphore = new KeyedSemaphore({ limit: 2, limitPerKey: 1 });
    const names = ['a1', 'a2', 'b1', 'c1', 'a3'];
    const done = new Map(names.map((name) => [name, semaphore.run(name.charAt(0), task(name))]));
    expect(started).toEqual(['a1', 'b1']);
    for (const name of ['b1', 'a1', 'c1', 'a2', 'a3']) {
      end(name);
      await done.get(name);
    }
    expect(started).toEqual(['a1', 'b1', 'c1', 'a2', 'a3']);
    expect(semaphore.activeKeys).toBe(0);
  });

  test('removes a key whose waiting task is aborted', async () => {
    const { task, end } = controlledTasks();
    const semaphore = new KeyedSemaphore({ limit: 1 });
    const first = semaphore.run('a', task('a1'));
    const gone = semaphore.run('b', task('b1'), { signal: AbortSignal.abort() });
    await expect(gone).rejects.toBeInstanceOf(WaitAborted);
    expect(semaphore.activeKeys).toBe(1);
    end('a1');
    expect(await first).toBe('a1');
    expect(semaphore.activeKeys).toBe(0);
  });
});

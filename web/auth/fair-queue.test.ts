import { describe, expect, test } from 'vitest';
import { createFairQueue, Overloaded, type RunInTurn } from './fair-queue.ts';

/** Tasks that end when told, in the order in which they have begun. */
function taskRecorder(runInTurn: RunInTurn) {
  const begun: string[] = [];
  const refused: string[] = [];
  const ends: (() => void)[] = [];
  return {
    begun,
    refused,
    /** Asks for a task of a key; its name begins with the key. */
    ask(name: string, key = name.charAt(0)): void {
      const task = () => {
        begun.push(name);
        return new Promise<void>((resolve) => ends.push(resolve));
      };
      runInTurn(key, task).catch((error: unknown) => {
        expect(error).toBeInstanceOf(Overloaded);
        refused.push(name);
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

test('runs as many tasks at once as it may, and the tasks of one key in the order of their arrival', async () => {
  const tasks = taskRecorder(createFairQueue({ concurrency: 2, places: 10 }));
  for (const name of ['a1', 'a2', 'a3', 'a4']) tasks.ask(name);
  expect(tasks.begun).toEqual(['a1', 'a2']);
  await tasks.endAll();
  expect(tasks.begun).toEqual(['a1', 'a2', 'a3', 'a4']);
});

test('lets keys take turns, however many tasks one of them has waiting', async () => {
  const tasks = taskRecorder(createFairQueue({ concurrency: 1, places: 20 }));
  for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) tasks.ask(name);
  await tasks.endAll();
  expect(tasks.begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
});

test('lets one key use every place while no other key wants one, and refuses what is more', async () => {
  const tasks = taskRecorder(createFairQueue({ concurrency: 1, places: 3 }));
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) tasks.ask(name);
  await tasks.endAll();
  expect(tasks.begun).toEqual(['a1', 'a2', 'a3', 'a4']);
  expect(tasks.refused).toEqual(['a5']);
});

test('refuses the last task of the key with the most for a task of another key', async () => {
  const tasks = taskRecorder(createFairQueue({ concurrency: 1, places: 4 }));
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'c1', 'b2']) tasks.ask(name);
  await tasks.endAll();
  expect(tasks.refused).toEqual(['a5', 'a4', 'b2']);
  expect(tasks.begun).toEqual(['a1', 'a2', 'b1', 'c1', 'a3']);
});

test('takes no place from a key that is not ahead of the newcomer', async () => {
  const tasks = taskRecorder(createFairQueue({ concurrency: 1, places: 2 }));
  for (const name of ['x', 'a', 'b', 'c']) tasks.ask(name);
  await tasks.endAll();
  expect(tasks.refused).toEqual(['c']);
});

describe('whatever arrives', () => {
  /** A pseudo-random sequence that is the same in each run (a linear congruential generator). */
  function* numbers(seed: number): Generator<number> {
    for (let state = seed; ; ) yield (state = (state * 1_103_515_245 + 12_345) % 2_147_483_648);
  }

  test.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'a key with at most its share of the places loses no task, sequence %i',
    async (seed) => {
      const places = 20;
      const keys = ['a', 'b', 'c', 'd'];
      const tasks = taskRecorder(createFairQueue({ concurrency: 3, places }));
      const random = numbers(seed);
      // One key floods; the others stay within an equal share of the places.
      const share = places / keys.length;
      const asked = new Map(keys.map((key) => [key, 0]));
      for (let index = 0; index < 400; index++) {
        const key = keys[((random.next().value as number) % 997) % keys.length] ?? 'a';
        const count = asked.get(key) ?? 0;
        if (key !== 'a' && count >= share) continue;
        asked.set(key, count + 1);
        tasks.ask(`${key}${count}`);
      }
      await tasks.endAll();
      expect(tasks.refused.filter((name) => !name.startsWith('a'))).toEqual([]);
      expect(tasks.refused.length).toBeGreaterThan(0);
      const total = [...asked.values()].reduce((sum, count) => sum + count, 0);
      expect(tasks.begun.length + tasks.refused.length).toBe(total);
    },
  );
});

test('a task that fails gives its slot back, and a refused one had none', async () => {
  const runInTurn = createFairQueue({ concurrency: 1, places: 0 });
  const first = runInTurn('a', () => Promise.reject(new Error('failed')));
  await expect(runInTurn('b', () => Promise.resolve('second'))).rejects.toBeInstanceOf(Overloaded);
  await expect(first).rejects.toThrow('failed');
  await expect(runInTurn('b', () => Promise.resolve('third'))).resolves.toBe('third');
});

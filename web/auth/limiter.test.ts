import { expect, test } from 'vitest';
import { createLimiter, Overloaded } from './limiter.ts';

/** Tasks that end when told, and a record of which have begun. */
function stage() {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const task = (name: number) => () => {
    begun.push(name);
    return new Promise<number>((resolve) => ends.push(() => resolve(name)));
  };
  return { begun, ends, task };
}

test('runs so many at once, and the rest in the order they came', async () => {
  const limit = createLimiter({ concurrency: 2, queue: 10 });
  const { begun, ends, task } = stage();
  const answers = [1, 2, 3, 4].map((name) => limit(task(name)));
  expect(begun).toEqual([1, 2]);
  ends[1]?.();
  await answers[1];
  expect(begun).toEqual([1, 2, 3]);
  ends[0]?.();
  await answers[0];
  expect(begun).toEqual([1, 2, 3, 4]);
  ends[2]?.();
  ends[3]?.();
  await expect(Promise.all(answers)).resolves.toEqual([1, 2, 3, 4]);
});

test('refuses what would wait beyond the queue, and takes more once there is room', async () => {
  const limit = createLimiter({ concurrency: 1, queue: 1 });
  const { ends, task } = stage();
  const first = limit(task(1));
  const second = limit(task(2));
  await expect(limit(task(3))).rejects.toBeInstanceOf(Overloaded);
  ends[0]?.();
  await first;
  const fourth = limit(task(4));
  ends[1]?.();
  await second;
  ends[2]?.();
  await expect(fourth).resolves.toBe(4);
});

test('a task that fails gives its place back', async () => {
  const limit = createLimiter({ concurrency: 1, queue: 0 });
  await expect(limit(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  await expect(limit(() => Promise.resolve('yes'))).resolves.toBe('yes');
});

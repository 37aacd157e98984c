import { describe, expect, onTestFinished, test } from 'vitest';
import { Overloaded, WaitAborted } from '../../runtime/keyed-semaphore.ts';
import { createWorkScheduler } from './work-scheduler.ts';

/** Occupies the processor for some milliseconds. */
function work(milliseconds: number): void {
  for (const end = performance.now() + milliseconds; performance.now() < end; );
}

/** Counts the turns of the event loop until the test has ended. */
function countTurns(): () => number {
  let [turns, isOver] = [0, false];
  const count = () => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  onTestFinished(() => void (isOver = true));
  return () => turns;
}

describe('createWorkScheduler', () => {
  test('resolves with what the work returns, and rejects with what it throws', async () => {
    const { schedule } = createWorkScheduler();
    expect(await schedule('a', () => 5)).toBe(5);
    await expect(
      schedule('a', () => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await schedule('a', () => 6)).toBe(6);
  });

  // covers: LIMIT-06
  test('runs at most one piece of work in a turn of the event loop', async () => {
    const { schedule } = createWorkScheduler();
    const turn = countTurns();
    const turns = await Promise.all(Array.from({ length: 20 }, (_, index) => schedule(`${index % 3}`, turn)));
    expect(new Set(turns).size).toBe(20);
  });

  // covers: LIMIT-06
  test('lets clients take turns: one with many pieces delays another by one piece', async () => {
    const { schedule } = createWorkScheduler({ rest: 0 });
    const order: string[] = [];
    const add = (client: string, index: number) => schedule(client, () => order.push(`${client}${index}`));
    await Promise.all([
      ...Array.from({ length: 10 }, (_, index) => add('a', index)),
      ...Array.from({ length: 3 }, (_, index) => add('b', index)),
    ]);
    expect(order.slice(0, 7)).toEqual(['a0', 'a1', 'b0', 'a2', 'b1', 'a3', 'b2']);
  });

  // covers: LIMIT-06
  test('rests for a multiple of the time that the work took while there are protected requests, and not longer', async () => {
    const rests: number[] = [];
    const delay = async (milliseconds: number) => void rests.push(milliseconds);
    const { schedule, protect } = createWorkScheduler({ rest: 5, delay });
    const workTwice = async () => {
      rests.length = 0;
      // The second piece starts when the first has rested.
      await Promise.all([schedule('a', () => work(10)), schedule('b', () => work(0))]);
      return rests[0] ?? 0;
    };
    expect(await workTwice()).toBe(0);
    const end = protect();
    // `work` occupies the processor for 10 ms at least.
    expect(await workTwice()).toBeGreaterThanOrEqual(50);
    end();
    await schedule('a', () => undefined);
    expect(await workTwice()).toBe(0);
  });

  test('rejects work that has no room to wait, of the client with the most, and work whose deadline has passed', async () => {
    const { schedule } = createWorkScheduler({ rest: 0, maxWaiting: 2 });
    const results = await Promise.allSettled([
      schedule('a', () => 'running'),
      schedule('a', () => 'waiting'),
      schedule('a', () => 'the last of the client with the most'),
      schedule('b', () => 'took its place'),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(results[2]).toMatchObject({ reason: expect.any(Overloaded) as Overloaded });
    const clientGone = AbortSignal.abort();
    const [, gone] = await Promise.allSettled([schedule('a', () => 1), schedule('a', () => 2, { clientGone })]);
    expect(gone).toMatchObject({ reason: expect.any(WaitAborted) as WaitAborted });
  });
});

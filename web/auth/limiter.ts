/** Thrown when so much waits already that one more would only wait in vain. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}

/** Runs tasks, some at a time and in the order in which they came. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/**
 * Makes a limiter.
 * @param concurrency how many tasks may run at once
 * @param queue how many more may wait; beyond that the limiter throws instead of letting a flood pile up
 * @throws {Overloaded} from the limiter, when `queue` tasks are waiting
 */
export function createLimiter({ concurrency, queue }: { concurrency: number; queue: number }): Limiter {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (task) => {
    if (running < concurrency) running += 1;
    else if (waiting.length < queue) await new Promise<void>((resolve) => waiting.push(resolve));
    else throw new Overloaded(`${queue} tasks are waiting already.`);
    try {
      return await task();
    } finally {
      // The place goes straight to who waits longest: a newcomer cannot take it in between.
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}

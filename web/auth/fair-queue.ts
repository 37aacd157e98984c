/** Thrown for a task that the queue has no place for. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}

/**
 * Runs a task of a key when its turn comes, and settles as the task does.
 * @throws {Overloaded} when the task gets no place, or loses it to a key with fewer tasks; the task was not started
 */
export type RunInTurn = <T>(key: string, task: () => Promise<T>) => Promise<T>;

/** The size of a queue. */
export interface FairQueueOptions {
  /** How many tasks run at once. */
  readonly concurrency: number;
  /** How many more may wait, of all keys together. */
  readonly places: number;
}

interface Waiting {
  readonly start: () => void;
  readonly refuse: (error: Overloaded) => void;
}

/**
 * Makes a semaphore whose waiting places are shared out fairly among keys.
 *
 * Tasks of one key run in the order of their arrival; keys take turns (round-robin). While places are free any key may
 * use them. Once all are taken, a task of a key with few waiting takes the last place of the key with the most
 * ("longest queue drop"). So a key that floods the queue delays and refuses only its own tasks: whatever it sends,
 * another key gets a place, and waits for one task of each key that is waiting.
 */
export function createFairQueue({ concurrency, places }: FairQueueOptions): RunInTurn {
  /** In the order in which keys have their turn; never an empty list. */
  const waiting = new Map<string, Waiting[]>();
  let waitingCount = 0;
  let running = 0;

  function startNext(): void {
    const [next] = waiting;
    if (next === undefined) {
      running -= 1;
      return;
    }
    const [key, tasks] = next;
    waiting.delete(key);
    const first = tasks.shift();
    if (tasks.length > 0) waiting.set(key, tasks);
    waitingCount -= 1;
    first?.start();
  }

  /** Makes a place for a key by refusing the last task of the longest list, if that leaves its key no worse off. */
  function makePlace(own: number): boolean {
    let longest: Waiting[] = [];
    for (const tasks of waiting.values()) if (tasks.length > longest.length) longest = tasks;
    if (longest.length < own + 2) return false;
    longest.pop()?.refuse(new Overloaded('The place went to a key with fewer tasks.'));
    waitingCount -= 1;
    return true;
  }

  function join(key: string): Promise<void> {
    const tasks = waiting.get(key) ?? [];
    if (waitingCount >= places && !makePlace(tasks.length))
      return Promise.reject(new Overloaded(`${places} tasks are waiting already.`));
    return new Promise((start, refuse) => {
      tasks.push({ start, refuse });
      waiting.set(key, tasks);
      waitingCount += 1;
    });
  }

  return async (key, task) => {
    if (running < concurrency) running += 1;
    else await join(key);
    try {
      return await task();
    } finally {
      // The slot goes straight to the next task: a newcomer cannot take it in between.
      startNext();
    }
  };
}

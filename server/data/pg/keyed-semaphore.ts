import { DatabaseUnavailable } from './database-errors.ts';
import type { Deadline } from './deadline.ts';

/** One who waits: `begin` gives them their turn. */
interface Waiter {
  start(): void;
}

/** How things stand with one name; there is no entry for a name that nobody uses. */
interface KeyQueue {
  running: number;
  readonly waiting: Set<Waiter>;
}

/**
 * Lets so many of one name go at a time, in the order in which they came; those of other names do not wait for them.
 * Waiting takes a place in memory and no connection.
 */
export class KeyedSemaphore {
  readonly #limit: number;
  readonly #queues = new Map<string, KeyQueue>();

  /** @param limit how many of one name may go at a time */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** How many names there are of which one goes or waits. */
  get activeKeys(): number {
    return this.#queues.size;
  }

  /**
   * Does `work` when it is its turn.
   * @throws what `work` throws; {DatabaseUnavailable} when nobody waits any longer before it has begun
   */
  async run<T>(key: string, deadline: Deadline, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(key) ?? { running: 0, waiting: new Set() };
    this.#queues.set(key, queue);
    if (queue.running < this.#limit) queue.running++;
    else await waitForSlot(queue, deadline);
    try {
      return await work();
    } finally {
      this.#release(key, queue);
    }
  }

  /** The place goes straight to who waits longest: a newcomer cannot take it in between. */
  #release(key: string, queue: KeyQueue): void {
    const [next] = queue.waiting;
    if (next !== undefined) next.start();
    else if (--queue.running === 0) this.#queues.delete(key);
  }
}

function waitForSlot({ waiting }: KeyQueue, { clientGone, expiresAt }: Deadline): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopWaiting = () => {
      clearTimeout(timer);
      clientGone?.removeEventListener('abort', rejectWaiter);
      waiting.delete(waiter);
    };
    const rejectWaiter = () => {
      stopWaiting();
      reject(new DatabaseUnavailable('The turn of this viewer did not come in time.'));
    };
    const waiter: Waiter = {
      start() {
        stopWaiting();
        resolve();
      },
    };
    // An answer that is never due is waited for without a timer: none can be set for so long.
    const timer = Number.isFinite(expiresAt) ? setTimeout(rejectWaiter, expiresAt - performance.now()) : undefined;
    waiting.add(waiter);
    if (clientGone?.aborted) rejectWaiter();
    else clientGone?.addEventListener('abort', rejectWaiter);
  });
}

/** Thrown for a task that the semaphore has no room to keep waiting; the task did not start. */
export class Overloaded extends Error {
  override readonly name = 'Overloaded';
}

/** Thrown for a task whose wait ended by its signal or its deadline; the task did not start. */
export class WaitAborted extends Error {
  override readonly name = 'WaitAborted';
}

/** The limits of a semaphore; what is absent is unlimited. */
export interface SemaphoreOptions {
  /** Tasks that run at a time, of all keys together. */
  readonly limit?: number;
  /** Tasks of one key that run at a time. */
  readonly limitPerKey?: number;
  /** Tasks that wait at a time, of all keys together. */
  readonly maxWaiting?: number;
}

/** How long a task waits to start. Neither ends a task that has started. */
export interface WaitOptions {
  readonly signal?: AbortSignal | null;
  /** Milliseconds on the clock of `performance.now()`. Default: no deadline. */
  readonly expiresAt?: number;
}

interface Waiter {
  start(): void;
  reject(error: Error): void;
}

interface KeyQueue {
  readonly key: string;
  running: number;
  /** In order of arrival. */
  readonly waiting: Set<Waiter>;
}

/**
 * A semaphore with a limit for all tasks, for the tasks of each key, or both.
 *
 * Tasks of one key start in order of arrival. Keys that wait for the common limit take turns (round-robin). Any key may
 * use all of `maxWaiting`; once it is reached, a task of a key with few waiting tasks replaces the last one of the key
 * with the most ("longest queue drop"). So a key that floods the semaphore delays and rejects only its own tasks: a task
 * of another key is kept, and waits for at most one task of each waiting key.
 */
export class KeyedSemaphore {
  readonly #limit: number;
  readonly #limitPerKey: number;
  readonly #maxWaiting: number;
  /** Of each key with a task that runs or waits. */
  readonly #queues = new Map<string, KeyQueue>();
  /** Those whose next task waits for the common limit alone, in the order of their turns. */
  readonly #ready = new Set<KeyQueue>();
  #running = 0;
  #waiting = 0;

  constructor({ limit = Infinity, limitPerKey = Infinity, maxWaiting = Infinity }: SemaphoreOptions) {
    this.#limit = limit;
    this.#limitPerKey = limitPerKey;
    this.#maxWaiting = maxWaiting;
  }

  /** The number of keys with a task that runs or waits. */
  get activeKeys(): number {
    return this.#queues.size;
  }

  /**
   * Runs `task` as soon as the limits allow, and settles as it does.
   * @throws what `task` throws; {Overloaded} or {WaitAborted} if it did not start
   */
  async run<T>(key: string, task: () => Promise<T>, options: WaitOptions = {}): Promise<T> {
    const queue = this.#queues.get(key) ?? { key, running: 0, waiting: new Set() };
    if (this.#running < this.#limit && queue.running < this.#limitPerKey) this.#occupySlot(queue);
    else await this.#waitForSlot(queue, options);
    try {
      return await task();
    } finally {
      this.#releaseSlot(queue);
    }
  }

  #occupySlot(queue: KeyQueue): void {
    this.#queues.set(queue.key, queue);
    queue.running += 1;
    this.#running += 1;
  }

  /** Starts the next task in the same step: a newcomer must not take the slot in between. */
  #releaseSlot(queue: KeyQueue): void {
    queue.running -= 1;
    this.#running -= 1;
    if (queue.waiting.size > 0) this.#ready.add(queue);
    else this.#removeIfIdle(queue);
    for (const next of this.#ready) {
      if (this.#running >= this.#limit) return;
      const [waiter] = next.waiting;
      this.#ready.delete(next);
      this.#occupySlot(next);
      waiter?.start();
      // At the end of the order: `for` comes back to it if slots are left.
      if (next.waiting.size > 0 && next.running < this.#limitPerKey) this.#ready.add(next);
    }
  }

  #removeIfIdle({ key, running, waiting }: KeyQueue): void {
    if (running === 0 && waiting.size === 0) this.#queues.delete(key);
  }

  #waitForSlot(queue: KeyQueue, { signal, expiresAt = Infinity }: WaitOptions): Promise<void> {
    if (this.#waiting >= this.#maxWaiting && !this.#makeRoom(queue))
      return Promise.reject(new Overloaded(`${this.#maxWaiting} tasks are waiting already.`));
    return new Promise((resolve, reject) => {
      const stopWaiting = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#removeWaiter(queue, waiter);
      };
      const waiter: Waiter = {
        start() {
          stopWaiting();
          resolve();
        },
        reject(error) {
          stopWaiting();
          reject(error);
        },
      };
      const abort = () => waiter.reject(new WaitAborted('The task did not start in time.'));
      // setTimeout takes Infinity for 1 ms.
      const timer = Number.isFinite(expiresAt) ? setTimeout(abort, expiresAt - performance.now()) : undefined;
      this.#addWaiter(queue, waiter);
      if (signal?.aborted) abort();
      else signal?.addEventListener('abort', abort);
    });
  }

  #addWaiter(queue: KeyQueue, waiter: Waiter): void {
    this.#queues.set(queue.key, queue);
    queue.waiting.add(waiter);
    this.#waiting += 1;
    if (queue.running < this.#limitPerKey) this.#ready.add(queue);
  }

  #removeWaiter(queue: KeyQueue, waiter: Waiter): void {
    queue.waiting.delete(waiter);
    this.#waiting -= 1;
    if (queue.waiting.size > 0) return;
    this.#ready.delete(queue);
    this.#removeIfIdle(queue);
  }

  /** Rejects the last task of the longest queue for a task of `queue`, unless that would only swap the two. */
  #makeRoom(queue: KeyQueue): boolean {
    let longest = queue;
    // Of queues of one length the one whose turn comes first.
    for (const each of [...this.#ready, ...this.#queues.values()])
      if (each.waiting.size > longest.waiting.size) longest = each;
    if (longest.waiting.size < queue.waiting.size + 2) return false;
    [...longest.waiting].at(-1)?.reject(new Overloaded('A task of a key with fewer waiting tasks took the place.'));
    return true;
  }
}

/** The items that one statement loads, and its results. */
interface Batch {
  readonly items: unknown[];
  readonly results: Promise<readonly unknown[]>;
  send(): Promise<void>;
}

/**
 * Batches the reads of one operation: concurrent loads with the same key become one statement. No batch is sent while
 * another one is in flight, so that loads caused by the results of different statements are batched too. A document
 * thereby needs at most one statement per key and depth, in whatever order its results arrive.
 *
 * Results are not cached: a read after a write is a new statement, and never stale.
 */
export class BatchLoader {
  readonly #pending = new Map<string, Batch>();
  #inFlight = 0;
  #isScheduled = false;

  /**
   * Adds an item to the batch of its key, and resolves with its result.
   * @param key loads with equal keys are batched
   * @param fetch loads all items of a batch with one statement, and resolves with the results in the same order
   */
  load<Item, Result>(
    key: string,
    item: Item,
    fetch: (items: readonly Item[]) => Promise<readonly Result[]>,
  ): Promise<Result> {
    const batch =
      this.#pending.get(key) ?? createBatch(fetch as (items: readonly unknown[]) => Promise<readonly unknown[]>);
    this.#pending.set(key, batch);
    const index = batch.items.push(item) - 1;
    this.#schedule();
    return batch.results.then((results) => results[index] as Result);
  }

  #schedule(): void {
    if (this.#isScheduled || this.#inFlight > 0) return;
    this.#isScheduled = true;
    // `nextTick` inside a microtask runs after all pending microtasks: by then every sibling resolver has added its item.
    void Promise.resolve().then(() => process.nextTick(() => this.#sendAll()));
  }

  async #send(batch: Batch): Promise<void> {
    await batch.send();
    this.#inFlight--;
    if (this.#pending.size > 0) this.#schedule();
  }

  #sendAll(): void {
    this.#isScheduled = false;
    const batches = [...this.#pending.values()];
    this.#pending.clear();
    this.#inFlight = batches.length;
    for (const batch of batches) void this.#send(batch);
  }
}

function createBatch(fetch: (items: readonly unknown[]) => Promise<readonly unknown[]>): Batch {
  const items: unknown[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>();
  const send = async () => {
    try {
      resolve(await fetch(items));
    } catch (error) {
      reject(error);
    }
  };
  return { items, results: promise, send };
}

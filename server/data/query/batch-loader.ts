/** What was asked for together, and the one answer to all of it. */
interface Batch {
  readonly items: unknown[];
  readonly results: Promise<readonly unknown[]>;
  send(): Promise<void>;
}

/**
 * Joins the reads of one operation. Resolvers that run beside each other ask one by one; what is asked for with the
 * same `read` goes to the database as one statement. Nothing is sent while an answer is still out: siblings that come
 * from different statements are joined too, and a document has at most one statement for each read and depth, however
 * its answers arrive.
 *
 * Answers are handed over and forgotten: a read after a write is a new statement, so that none is stale.
 */
export class BatchLoader {
  readonly #pending = new Map<string, Batch>();
  #inFlight = 0;
  #isScheduled = false;

  /**
   * @param key which of the operation's reads can be joined with this one
   * @param fetch answers all that was asked for with this `read`, in the same order, with one statement
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
    // After every promise that is already settled has been followed: by then all siblings have asked.
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

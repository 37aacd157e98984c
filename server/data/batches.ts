/** What was asked for together, and the one answer to all of it. */
interface Batch {
  readonly asks: unknown[];
  readonly answers: Promise<readonly unknown[]>;
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
export class Batches {
  readonly #waiting = new Map<string, Batch>();
  #out = 0;
  #isScheduled = false;

  /**
   * @param read which of the operation's reads can be joined with this one
   * @param fetch answers all that was asked for with this `read`, in the same order, with one statement
   */
  load<Ask, Answer>(
    read: string,
    ask: Ask,
    fetch: (asks: readonly Ask[]) => Promise<readonly Answer[]>,
  ): Promise<Answer> {
    const batch =
      this.#waiting.get(read) ?? batchOf(fetch as (asks: readonly unknown[]) => Promise<readonly unknown[]>);
    this.#waiting.set(read, batch);
    const place = batch.asks.push(ask) - 1;
    this.#schedule();
    return batch.answers.then((answers) => answers[place] as Answer);
  }

  #schedule(): void {
    if (this.#isScheduled || this.#out > 0) return;
    this.#isScheduled = true;
    // After every promise that is already settled has been followed: by then all siblings have asked.
    void Promise.resolve().then(() => process.nextTick(() => this.#sendAll()));
  }

  async #send(batch: Batch): Promise<void> {
    await batch.send();
    this.#out--;
    if (this.#waiting.size > 0) this.#schedule();
  }

  #sendAll(): void {
    this.#isScheduled = false;
    const batches = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#out = batches.length;
    for (const batch of batches) void this.#send(batch);
  }
}

function batchOf(fetch: (asks: readonly unknown[]) => Promise<readonly unknown[]>): Batch {
  const asks: unknown[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<readonly unknown[]>();
  const send = async () => {
    try {
      resolve(await fetch(asks));
    } catch (error) {
      reject(error);
    }
  };
  return { asks, answers: promise, send };
}

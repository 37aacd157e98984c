/** Counts per key. A key with the count zero uses no memory. */
export class KeyedCounter {
  readonly #counts = new Map<string, number>();
  #total = 0;

  /** The sum over all keys. */
  get total(): number {
    return this.#total;
  }

  /** Returns the count of a key. */
  get(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** Adds `amount`, which may be negative, to the count of a key. */
  add(key: string, amount: number): void {
    const count = this.get(key) + amount;
    this.#total += amount;
    if (count === 0) this.#counts.delete(key);
    else this.#counts.set(key, count);
  }
}

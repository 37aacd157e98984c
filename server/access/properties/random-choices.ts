import { array, nat, noBias } from 'fast-check';

/**
 * Random choices from a list of numbers. After the end of the list, every choice is the first option, so that
 * fast-check shrinks to simpler cases: shorter lists of smaller numbers.
 */
export class Choices {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** Returns an integer from 0 to `most`, inclusive. */
  upTo(most: number): number {
    return (this.#numbers[this.#next++] ?? 0) % (most + 1);
  }

  /** Returns true with the probability 1/n. */
  oneIn(n: number): boolean {
    return this.upTo(n - 1) === n - 1;
  }

  /** Returns one item of a non-empty list. */
  pick<T>(list: readonly T[]): T {
    const chosen = list[this.upTo(list.length - 1)];
    if (chosen === undefined) throw new Error('Cannot pick from an empty list.');
    return chosen;
  }

  /** Returns a subset of a list, in order. */
  subset<T>(list: readonly T[]): readonly T[] {
    return list.filter(() => this.oneIn(2));
  }
}

/** 7! - 1: with a multiple of every small number of options, all options are equally likely. */
const HIGHEST = 5040 - 1;

/** The fast-check arbitrary for `Choices`. */
export const decisions = array(noBias(nat({ max: HIGHEST })), { maxLength: 500, size: 'max' });

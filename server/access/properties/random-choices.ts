import { array, nat, noBias } from 'fast-check';

/**
 * Decisions for whoever makes something at random, in the order in which they are asked for.
 * They come from a list of numbers; after its end every answer is the first one, so that a shorter list of smaller
 * numbers is a simpler case.
 */
export class Choices {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** A whole number from 0 up to and including this one. */
  upTo(most: number): number {
    return (this.#numbers[this.#next++] ?? 0) % (most + 1);
  }

  /** Yes, once in so many times. */
  oneIn(inSoMany: number): boolean {
    return this.upTo(inSoMany - 1) === inSoMany - 1;
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    const chosen = list[this.upTo(list.length - 1)];
    if (chosen === undefined) throw new Error('There is nothing to choose from.');
    return chosen;
  }

  /** Some of a list, in its order. */
  subset<T>(list: readonly T[]): readonly T[] {
    return list.filter(() => this.oneIn(2));
  }
}

/** A multiple of all the small numbers of choices, so that each of them comes up as often as the others. */
const HIGHEST = 5040 - 1;

/** Lists of decisions, to be wrapped in `Choices`. */
export const decisions = array(noBias(nat({ max: HIGHEST })), { maxLength: 500, size: 'max' });

import type { Mutant } from './engine/mutant.ts';

/** A test file, run with a fault in the tree; without one, to see that it is green by itself. */
export interface Trial {
  readonly test: string;
  readonly mutant: Mutant | null;
}

/** What became of a trial. */
export type TrialResult =
  /** At least one test failed; `by` is the first of them. */
  | { readonly kind: 'red'; readonly failedTest: string }
  | { readonly kind: 'green' }
  /** No test gave a verdict: the file did not load, was not found, or did not end in time. */
  | { readonly kind: 'none'; readonly reason: string };

import type { Mutant, TestProject } from './mutant.ts';

/** One run of a test file: with a mutant in the tree, or without one, to see that it passes by itself. */
export interface Trial {
  readonly test: string;
  /** Default: `unit`. */
  readonly project?: TestProject | undefined;
  readonly mutant: Mutant | null;
}

/** What a sandbox’s process is asked to run: a test file, and the file that is replaced meanwhile. */
export interface TrialRequest {
  readonly test: string;
  readonly project: TestProject;
  readonly replacement: { readonly file: string; readonly text: string } | null;
}

/** The result of a trial. */
export type TrialResult =
  /** At least one test failed; `failedTest` is the first. */
  | { readonly kind: 'red'; readonly failedTest: string }
  | { readonly kind: 'green' }
  /** No test ran to its end: the file was not found, did not load, or timed out. */
  | { readonly kind: 'none'; readonly reason: string };

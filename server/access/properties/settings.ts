/** Far more than the properties need on a machine with a lot to do: no case is left out for want of time. */
const PATIENCE_MILLISECONDS = 100_000;

/** How long a test of a property may take: those of vitest's default are about a single case. */
export const PATIENCE = { timeout: 1.2 * PATIENCE_MILLISECONDS };

/** How all properties run: the same random cases each time; fast-check prints the seed with a counterexample. */
export const settings = (numRuns: number) => ({
  seed: 20_260_801,
  numRuns,
  // Making a counterexample smaller ends after this as well.
  interruptAfterTimeLimit: PATIENCE_MILLISECONDS,
});

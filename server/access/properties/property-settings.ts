/** Far more than the properties need on a busy machine, so that no case is skipped. */
const TIME_LIMIT_MS = 100_000;

/** The timeout of a property test; vitest's default is for single cases. */
export const PROPERTY_TIMEOUT = { timeout: 1.2 * TIME_LIMIT_MS };

/** The settings of all properties: a fixed seed, so that each run has the same cases. */
export const propertySettings = (numRuns: number) => ({
  seed: 20_260_801,
  numRuns,
  // Also limits the time for shrinking a counterexample.
  interruptAfterTimeLimit: TIME_LIMIT_MS,
});

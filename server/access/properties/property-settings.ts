/** Far more than the properties need on a machine with a lot to do: no case is left out for want of time. */
const TIME_LIMIT_MS = 100_000;

/** How long a test of a property may take: those of vitest's default are about a single case. */
export const PROPERTY_TIMEOUT = { timeout: 1.2 * TIME_LIMIT_MS };

/** How all properties run: the same random cases each time; fast-check prints the seed with a counterexample. */
export const propertySettings = (numRuns: number) => ({
  seed: 20_260_801,
  numRuns,
  // Making a counterexample smaller ends after this as well.
  interruptAfterTimeLimit: TIME_LIMIT_MS,
});

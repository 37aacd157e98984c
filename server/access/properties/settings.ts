/**
 * How all properties run: the same random cases each time, fast-check prints the seed with a counterexample.
 * Making a counterexample smaller ends after some seconds.
 */
export const settings = (numRuns: number) => ({ seed: 20_260_801, numRuns, interruptAfterTimeLimit: 12_000 });

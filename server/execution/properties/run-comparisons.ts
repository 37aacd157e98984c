import { array, assert, asyncProperty, integer, tuple } from 'fast-check';
import { decisions } from '../../access/properties/random-choices.ts';
import { compareExecutions, type Comparison } from './compare-executions.ts';

/** How much has been compared. */
export type ComparedOperations = Omit<Comparison, 'difference'>;

/** What `runComparisons` compares. */
export interface ComparisonRun {
  readonly seed: number;
  /** Random schemas; each has one to twelve documents, and each document several requests. */
  readonly schemas: number;
  /** Called after each schema with the sums so far. An error that it throws ends the run. */
  onProgress?(compared: ComparedOperations): void;
}

const MAX_DOCUMENTS = 12;

/**
 * Compares the compiled executor with graphql-js on random operations.
 * @returns how much was compared
 * @throws the shortest counterexample found, with the seed and path that repeat it
 */
export async function runComparisons({ seed, schemas, onProgress }: ComparisonRun): Promise<ComparedOperations> {
  const sums = { operations: 0, planned: 0, withErrors: 0, withResolvers: 0 };
  // Stack traces of errors that nobody reads would take a fifth of the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  await assert(
    asyncProperty(
      tuple(decisions, decisions),
      array(tuple(decisions, decisions), { minLength: 1, maxLength: MAX_DOCUMENTS, size: 'max' }),
      integer(),
      async ([types, resolvers], documents, ofValues) => {
        const { difference, ...counts } = await compareExecutions({ types, resolvers, documents, seed: ofValues });
        if (difference !== null) throw new Error(`Not executed as graphql-js does:\n${difference}`);
        for (const [name, count] of Object.entries(counts)) sums[name as keyof typeof sums] += count;
        onProgress?.(sums);
      },
    ),
    { seed, numRuns: schemas },
  ).finally(() => (Error.stackTraceLimit = stackTraceLimit));
  return sums;
}

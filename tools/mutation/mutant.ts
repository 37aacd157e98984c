import type { Change } from './change.ts';
import type { SdlChange } from './sdl-changes.ts';

/** The vitest project that runs a test file: the engine's tests run on graphql 16 (`unit`) and 17. */
export type TestProject = 'unit' | 'engine-17';

/** A mistake, made on purpose in a copy of the tree: the test that is named with it must fail. */
export interface Mutant {
  /** The class of attacks that it opens the way to. */
  readonly rule: string;
  /** The attack, in a sentence. */
  readonly name: string;
  /** The file that is changed, from the root of the repository. */
  readonly file: string;
  /** The declaration that is changed: see `declarationsAt`, for a schema file a coordinate; the whole file when absent. */
  readonly in?: string;
  readonly change: Change | SdlChange;
  /** The test file that must fail, from the root of the repository. */
  readonly killedBy: string;
  /** The project that must run it. Default: `unit`. */
  readonly project?: TestProject;
}

/** A mutant of a file that is named once for several: name, declaration, change, test. */
export type MutantRow = readonly [name: string, declaration: string, change: Change | SdlChange, killedBy?: string];

/**
 * Makes the mutants of one class and one file.
 * @param rows the test of a row is the one beside the file unless it names another; the declaration `''` is the file
 */
export function mutantsIn(rule: string, file: string, rows: readonly MutantRow[]): readonly Mutant[] {
  const beside = file.replace(/\.ts$/, '.test.ts');
  return rows.map(([name, declaration, change, killedBy = beside]) => ({
    rule,
    name,
    file,
    ...(declaration !== '' && { in: declaration }),
    change,
    killedBy,
  }));
}

/** One fault, put into one file on purpose: whoever could make it by mistake has to be told by a test. */
export interface Mutant {
  /** The function whose law it breaks. */
  readonly rule: string;
  /** What is wrong with it. */
  readonly name: string;
  /** The file that it is put into, from the root of the repository. */
  readonly file: string;
  /** Text that stands in that file exactly once. */
  readonly find: string;
  /** What stands there instead. */
  readonly replace: string;
  /** The test file that has to go red, from the root of the repository. */
  readonly killedBy: string;
}

/** A fault whose file is known. Its test stands beside that file, unless said otherwise. */
export type MutantSpec = Omit<Mutant, 'file' | 'killedBy'> & { readonly killedBy?: string };

/** The faults of one file of the engine. Paths are from the engine's folder. */
export function mutantsIn(file: string, seeds: readonly MutantSpec[]): readonly Mutant[] {
  const beside = file.replace(/\.ts$/, '.test.ts');
  return seeds.map(({ killedBy = beside, ...seed }) => ({
    ...seed,
    file: `server/access/${file}`,
    killedBy: `server/access/${killedBy}`,
  }));
}

import type { Mutant } from '../engine/mutant.ts';

/** A fault of the product: its rule is the class of threats, as docs/security.md has them. */
export type FileMutant = Omit<Mutant, 'rule' | 'file'>;

/** The faults of one file, all of one class of threats. */
export function mutantsIn(rule: string, file: string, mutants: readonly FileMutant[]): readonly Mutant[] {
  return mutants.map((mutant) => ({ rule, file, ...mutant }));
}

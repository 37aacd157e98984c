import type { Fault } from '../../server/access/faults/fault.ts';

/** A fault of the product: its rule is the class of threats, as docs/security.md has them. */
export type Mutant = Omit<Fault, 'rule' | 'file'>;

/** The faults of one file, all of one class of threats. */
export function mutantsOf(rule: string, file: string, mutants: readonly Mutant[]): readonly Fault[] {
  return mutants.map((mutant) => ({ rule, file, ...mutant }));
}

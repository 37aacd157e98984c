import type { Mutant } from '../mutant.ts';
import { DECISION_MUTANTS } from './decision-mutants.ts';
import { SCHEMA_MUTANTS } from './schema-mutants.ts';

/** Attacks on the access engine (server/access). */
export const ENGINE_MUTANTS: readonly Mutant[] = [...DECISION_MUTANTS, ...SCHEMA_MUTANTS];

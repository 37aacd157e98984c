import type { Mutant } from '../mutant.ts';
import { DECISION_MUTANTS } from './decision-mutants.ts';
import { GRAPHQL_17_MUTANTS } from './graphql-17-mutants.ts';
import { SCHEMA_MUTANTS } from './schema-mutants.ts';

/** Attacks on the access engine (server/access), on graphql 16. */
export const ENGINE_MUTANTS: readonly Mutant[] = [...DECISION_MUTANTS, ...SCHEMA_MUTANTS];

/** The same, and those that graphql 17 alone makes possible, on graphql 17. */
export const ENGINE_MUTANTS_ON_17: readonly Mutant[] = [...ENGINE_MUTANTS, ...GRAPHQL_17_MUTANTS].map((mutant) => ({
  ...mutant,
  project: 'engine-17',
}));

import type { Mutant } from '../engine/mutant.ts';
import { ACCOUNT_MUTANTS } from './account-mutants.ts';
import { DATA_MUTANTS } from './data-mutants.ts';
import { POLICY_MUTANTS } from './rls-policy-mutants.ts';
import { REQUEST_MUTANTS } from './request-mutants.ts';
import { TRANSACTION_MUTANTS } from './transaction-mutants.ts';

/** Faults of the product outside the engine, which has a list of its own: each has to turn its test red. */
export const PRODUCT_MUTANTS: readonly Mutant[] = [
  ...DATA_MUTANTS,
  ...TRANSACTION_MUTANTS,
  ...POLICY_MUTANTS,
  ...REQUEST_MUTANTS,
  ...ACCOUNT_MUTANTS,
];

import type { Mutant } from '../../server/access/faults/fault.ts';
import { ACCOUNT_MUTANTS } from './accounts.ts';
import { DATA_MUTANTS } from './data.ts';
import { POLICY_MUTANTS } from './policies.ts';
import { REQUEST_MUTANTS } from './requests.ts';
import { TRANSACTION_MUTANTS } from './transactions.ts';

/** Faults of the product outside the engine, which has a list of its own: each has to turn its test red. */
export const PRODUCT_MUTANTS: readonly Mutant[] = [
  ...DATA_MUTANTS,
  ...TRANSACTION_MUTANTS,
  ...POLICY_MUTANTS,
  ...REQUEST_MUTANTS,
  ...ACCOUNT_MUTANTS,
];

import type { Mutant } from '../mutant.ts';
import { ACCOUNT_MUTANTS } from './account-mutants.ts';
import { DATA_MUTANTS } from './data-mutants.ts';
import { REQUEST_MUTANTS } from './request-mutants.ts';
import { ROW_SECURITY_MUTANTS } from './row-security-mutants.ts';

/** Attacks on everything but the access engine, which has a separate list. */
export const PRODUCT_MUTANTS: readonly Mutant[] = [
  ...DATA_MUTANTS,
  ...ROW_SECURITY_MUTANTS,
  ...REQUEST_MUTANTS,
  ...ACCOUNT_MUTANTS,
];

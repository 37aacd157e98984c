import { ACCESS_MUTANTS } from './engine/index.ts';
import type { Mutant } from './engine/mutant.ts';
import { PRODUCT_MUTANTS } from './product/product-mutants.ts';

/** The lists of faults that `npm run faults` knows, by the name under which it is asked for one. */
export const MUTANT_LISTS: Readonly<Record<string, readonly Mutant[]>> = {
  access: ACCESS_MUTANTS,
  product: PRODUCT_MUTANTS,
};

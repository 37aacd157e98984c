import { ENGINE_MUTANTS, ENGINE_MUTANTS_ON_17 } from './engine/engine-mutants.ts';
import type { Mutant } from './mutant.ts';
import { PRODUCT_MUTANTS } from './product/product-mutants.ts';

/** The lists of mutants, by the name that `npm run mutants -- <list>` takes. */
export const MUTANT_LISTS: Readonly<Record<string, readonly Mutant[]>> = {
  access: ENGINE_MUTANTS,
  'access-17': ENGINE_MUTANTS_ON_17,
  product: PRODUCT_MUTANTS,
};

import { ACCESS_FAULTS } from '../../access/faults/index.ts';
import type { Fault } from '../../access/faults/fault.ts';
import { PRODUCT_MUTANTS } from '../../../test/mutants/index.ts';

/** The lists of faults that `npm run faults` knows, by the name under which it is asked for one. */
export const FAULT_LISTS: Readonly<Record<string, readonly Fault[]>> = {
  access: ACCESS_FAULTS,
  product: PRODUCT_MUTANTS,
};

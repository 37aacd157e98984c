import { expect, test } from 'vitest';
import { PROPERTY_TIMEOUT, propertySettings } from '../../access/properties/property-settings.ts';
import { runComparisons } from './run-comparisons.ts';

const SCHEMAS = 60;

// covers: EXEC-01
test(
  'random operations on random guarded schemas have the result, the calls and the errors that graphql-js gives them',
  PROPERTY_TIMEOUT,
  async () => {
    const { seed, numRuns: schemas } = propertySettings(SCHEMAS);
    const compared = await runComparisons({ seed, schemas });
    // Otherwise the comparison would prove nothing.
    expect(compared.planned).toBeGreaterThan(compared.operations / 2);
    expect(compared.withErrors).toBeGreaterThan(compared.operations / 4);
    expect(compared.withResolvers).toBeGreaterThan(compared.operations / 2);
  },
);

import { array, assert, asyncProperty, integer } from 'fast-check';
import { expect, test } from 'vitest';
import { decisions } from '../../access/properties/random-choices.ts';
import { PROPERTY_TIMEOUT, propertySettings } from '../../access/properties/property-settings.ts';
import { compareExecutions } from './compare-executions.ts';

const RUNS = 60;
const DOCUMENTS = 8;

// covers: EXEC-01
test(
  'random operations on random guarded schemas have the result, the calls and the errors that graphql-js gives them',
  PROPERTY_TIMEOUT,
  async () => {
    const seen = { operations: 0, planned: 0, withErrors: 0, withResolvers: 0 };
    await assert(
      asyncProperty(
        decisions,
        array(decisions, { minLength: 1, maxLength: DOCUMENTS, size: 'max' }),
        integer(),
        async (schema, documents, seed) => {
          const { difference, ...counts } = await compareExecutions({ schema, documents, seed });
          expect(difference).toBeNull();
          for (const [name, count] of Object.entries(counts)) seen[name as keyof typeof seen] += count;
        },
      ),
      propertySettings(RUNS),
    );
    // Otherwise the comparison would prove nothing.
    expect(seen.planned).toBeGreaterThan(seen.operations / 2);
    expect(seen.withErrors).toBeGreaterThan(seen.operations / 4);
    expect(seen.withResolvers).toBeGreaterThan(seen.operations / 2);
  },
);

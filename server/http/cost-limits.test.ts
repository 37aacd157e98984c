import { describe, expect, test } from 'vitest';
import { LIMIT_SETTINGS, readSettings } from '../../runtime/settings.ts';
import { COST_LIMITS, type CostLimits, type CostLimitSettings, costLimitsOf } from './cost-limits.ts';

/** The settings of the cost of an operation; those of the number of requests are in request-limits.ts. */
const NAMES = LIMIT_SETTINGS.filter((name) => !name.startsWith('LIMIT_REQUESTS')) as (keyof CostLimitSettings)[];

/** Returns the numbers of the limits by their paths. */
function numbersOf(limits: CostLimits): Record<string, number> {
  const nested = { ...limits, textFieldCosts: undefined };
  return Object.fromEntries(
    Object.entries(nested).flatMap(([name, value]) =>
      typeof value === 'number'
        ? [[name, value]]
        : Object.entries(value ?? {}).map(([inner, number]) => [`${name}.${inner}`, number]),
    ),
  );
}

describe('costLimitsOf', () => {
  // covers: LIMIT-05
  test('returns the default limits for the default settings, and without settings', () => {
    expect(costLimitsOf(readSettings({}, NAMES))).toEqual(COST_LIMITS);
    expect(costLimitsOf({})).toEqual(COST_LIMITS);
  });

  // covers: LIMIT-05
  test.each(NAMES)('%s changes one limit, which no other setting changes', (name) => {
    const changed = (setting: keyof CostLimitSettings) => {
      const numbers = numbersOf(costLimitsOf({ [setting]: 1 }));
      return Object.keys(numbers).filter((path) => numbers[path] !== numbersOf(COST_LIMITS)[path]);
    };
    expect(changed(name)).toHaveLength(1);
    const others = NAMES.filter((other) => other !== name).flatMap(changed);
    expect(others).not.toContain(changed(name)[0]);
  });

  test('keeps the other half of a pair of limits', () => {
    const limits = costLimitsOf({ LIMIT_VALUE_DEPTH: 3, LIMIT_VALUE_ENTRIES: 4, LIMIT_DIRECTIVES: 5 });
    expect(limits.values).toEqual({ depth: 3, entries: 4 });
    expect(limits.directives).toEqual({ document: 5, location: COST_LIMITS.directives.location });
  });
});

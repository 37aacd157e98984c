import { parse } from 'graphql';
import { executableSchema } from '../../server/executable-schema.ts';
import { createCostCheck } from '../../server/http/cost-check.ts';
import { COST_LIMITS, TooComplex } from '../../server/http/cost-limits.ts';

const check = createCostCheck(executableSchema(), COST_LIMITS);

/** Whether a document is within the default cost limits of the product's schema. */
export function acceptsCost(text: string): boolean {
  try {
    check(parse(text, { maxTokens: COST_LIMITS.tokens }));
    return true;
  } catch (error) {
    if (error instanceof TooComplex || (error instanceof Error && error.message.includes('Document contains more')))
      return false;
    throw error;
  }
}

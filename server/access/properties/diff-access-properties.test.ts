import { assert, asyncProperty } from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { checkSchema } from '../check-schema.ts';
import { type AccessChange, diffAccess } from '../diff/diff-access.ts';
import { InvalidSchemaError } from '../load-schema.ts';
import type { Policy } from '../policy.ts';
import { AccessPolicyError } from '../schema-problem.ts';
import { createTestSchema } from '../test-harness.ts';
import { expectedRelations } from './access-change-model.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';
import { CHANGES } from './random-change.ts';
import { Choices, decisions } from './random-choices.ts';
import { randomSchema } from './random-schema.ts';
import { printSchema, type SchemaSpec } from './schema-spec.ts';
import { createShownRequestServer } from './shown-request-server.ts';

const RUNS = 60;

/** Returns the policy of a schema; null if it violates a rule. */
function policyOf(sdl: string): Policy | null {
  try {
    return checkSchema(createTestSchema(sdl));
  } catch (error) {
    if (error instanceof AccessPolicyError || error instanceof InvalidSchemaError) return null;
    throw error;
  }
}

function accessOf({ kinds }: AccessChange): string | undefined {
  return kinds.find((kind) => kind === 'wider' || kind === 'narrower' || kind === 'incomparable');
}

const total = { changes: 0, gains: 0, requests: 0 };

/** Compares the diff of two versions with the model, and sends the shown requests to servers of both. */
async function compare(previous: SchemaSpec, next: SchemaSpec): Promise<void> {
  const [before, after] = [printSchema(previous), printSchema(next)];
  const [policyBefore, policyAfter] = [policyOf(before), policyOf(after)];
  if (policyBefore === null || policyAfter === null) return;
  const versions = `${before}\n\n${after}`;
  const diff = diffAccess(policyBefore, policyAfter);
  const found = diff.flatMap((change) => (accessOf(change) ? [`${change.coordinate} ${accessOf(change)}`] : []));
  const expected = [...expectedRelations(previous, next)].map(([coordinate, relation]) => `${coordinate} ${relation}`);
  expect(found.toSorted(), versions).toEqual(expected.toSorted());
  total.changes++;

  const [serverBefore, serverAfter] = [before, after].map(createShownRequestServer);
  for (const change of diff) {
    const { coordinate, gains, losses, request } = change;
    const access = accessOf(change);
    const message = `${coordinate} ${JSON.stringify(request)}\n${versions}`;
    expect(gains.length > 0, message).toBe(access === 'wider' || access === 'incomparable');
    expect(losses.length > 0, message).toBe(access === 'narrower' || access === 'incomparable');
    if (gains.length > 0) total.gains++;
    if (request === null) continue;
    total.requests++;
    expect(request.before, message).not.toBe('allowed');
    expect(await serverBefore?.(request), message).toBe(request.before);
    expect(await serverAfter?.(request), message).toBe('allowed');
  }
}

// covers: DIFF-01, DIFF-02
describe('diffAccess agrees with the model, and its requests are refused before and allowed after', () => {
  test.each(Object.keys(CHANGES))(
    'for random schemas with a change of the class "%s"',
    PROPERTY_TIMEOUT,
    async (name) => {
      const { changes } = total;
      await assert(
        asyncProperty(decisions, decisions, async (ofSchema, ofChange) => {
          const previous = randomSchema(new Choices(ofSchema));
          const next = structuredClone(previous);
          if (CHANGES[name]?.(next as never, new Choices(ofChange))) await compare(previous, next);
        }),
        propertySettings(RUNS),
      );
      expect(total.changes - changes).toBeGreaterThan(5);
    },
  );

  // Some elements cannot be reached by the callers that gain, as when each path requires the role that they lack.
  afterAll(() => {
    expect(total.changes).toBeGreaterThan(700);
    expect(total.requests).toBeGreaterThan(0.95 * total.gains);
    if (process.env['FIGURES']) process.stdout.write(`${JSON.stringify(total)}\n`);
  });
});

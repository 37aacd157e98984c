import { assert, property, tuple } from 'fast-check';
import { type OperationDefinitionNode, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { checkSchema } from '../check-schema.ts';
import { ada, NOW, createTestSchema } from '../test-harness.ts';
import { authorize, type Decision } from '../authorize.ts';
import { createPlanner } from '../operation-planner.ts';
import { MAX_REFUSALS } from '../refusal.ts';
import type { AccessViewer } from '../access-viewer.ts';
import { Choices, decisions } from './random-choices.ts';
import { type ExpectedDecision, expectedDecision } from './authorization-model.ts';
import { randomDocument } from './random-operation.ts';
import { randomSchema } from './random-schema.ts';
import { printSchema, SCOPES } from './schema-spec.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';

const RUNS = 900;
const VIEWERS_EACH = 6;

function randomViewer(choices: Choices): AccessViewer | null {
  if (choices.oneIn(5)) return null;
  return {
    userId: choices.pick(['ada', 'ben', '5']),
    roles: choices.subset(['USER', 'ADMIN', 'AUDITOR', 'admin', 'ADMI']),
    authTime: NOW - choices.pick([0, 60, 61, 300, 301, -5]),
    emailVerified: !choices.oneIn(4),
    ...(choices.oneIn(4) ? {} : { scopes: choices.subset(['admin', 'write:a', 'read:a', 'read:A', 'read:a write:a']) }),
  };
}

/** Returns the variables with some booleans inverted. */
function otherConditions(variables: Readonly<Record<string, unknown>>, choices: Choices) {
  const entries = Object.entries(variables).map(([name, value]) => [
    name,
    typeof value === 'boolean' && choices.oneIn(3) ? !value : value,
  ]);
  return Object.fromEntries(entries) as Readonly<Record<string, unknown>>;
}

/** Formats both decisions; if there are more than MAX_REFUSALS coordinates, only those that the engine names. */
function formatBoth(decision: Decision, expectation: ExpectedDecision): readonly [engine: string, model: string] {
  if (decision.kind === 'allowed' && expectation.kind === 'allowed') {
    const nulled = (decision.nulled?.refusals ?? []).map(({ coordinate, reason }) => `${coordinate} ${reason}`);
    const expected = [...expectation.nulled].map((entry) => entry.join(' '));
    return [`allowed ${nulled.toSorted().join()}`, `allowed ${expected.toSorted().join()}`];
  }
  if (decision.kind !== 'refused' || expectation.kind !== 'refused') return [decision.kind, expectation.kind];
  const named = decision.refusals.map(({ coordinate }) => coordinate);
  const reasons = [...new Set(decision.refusals.map(({ reason }) => reason))];
  const known = [...expectation.coordinates];
  const expected = known.length <= MAX_REFUSALS ? known : known.filter((coordinate) => named.includes(coordinate));
  return [
    `${reasons.join()} ${named.toSorted().join()}`,
    `${expectation.reason} ${expected.slice(0, MAX_REFUSALS).toSorted().join()}`,
  ];
}

// covers: ACCESS-04, ENGINE-04
test('authorize and the model decide alike on random schemas and requests', PROPERTY_TIMEOUT, () => {
  const counts = new Map<string, number>();
  assert(
    property(decisions, tuple(decisions, decisions, decisions), (ofSchema, ofRequests) => {
      const spec = randomSchema(new Choices(ofSchema));
      const sdl = printSchema(spec);
      const schema = createTestSchema(sdl);
      const policy = checkSchema(schema);
      const planner = createPlanner(policy);
      for (const choices of ofRequests.map((numbers) => new Choices(numbers))) {
        const { text, operation: index, variables: baseVariables } = randomDocument(choices, spec);
        const document = parse(text);
        expect(validate(schema, document), `${sdl}\n${text}`).toEqual([]);
        const operation = document.definitions[index] as OperationDefinitionNode;
        for (const viewer of [
          { ...ada, scopes: SCOPES },
          ...Array.from({ length: VIEWERS_EACH - 1 }, () => randomViewer(choices)),
        ]) {
          // Other conditions for each viewer: a plan cached for other conditions must not be used.
          const variables = otherConditions(baseVariables, choices);
          const decision = authorize(
            policy,
            planner(document, operation, variables),
            operation,
            variables,
            viewer,
            NOW,
          );
          const expectation = expectedDecision({ spec, document, operation, variables }, viewer, NOW);
          const outcome =
            expectation.kind === 'refused'
              ? expectation.reason
              : expectation.kind === 'allowed' && expectation.nulled.size > 0
                ? 'allowed with nulls'
                : expectation.kind;
          counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
          const [engine, model] = formatBoth(decision, expectation);
          expect(engine, `${sdl}\n${text}\n${JSON.stringify({ variables, viewer })}`).toBe(model);
        }
      }
    }),
    propertySettings(RUNS),
  );
  // Every outcome occurred often enough.
  const outcomes = [
    'allowed',
    'allowed with nulls',
    'invalid',
    'UNAUTHENTICATED',
    'FORBIDDEN',
    'EMAIL_NOT_VERIFIED',
    'STEP_UP_REQUIRED',
  ];
  for (const outcome of outcomes) expect(counts.get(outcome) ?? 0, outcome).toBeGreaterThan(RUNS / 50);
});

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
import { printSchema } from './schema-spec.ts';
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
  };
}

/** The same variables, but some of the booleans turned round. */
function otherConditions(variables: Readonly<Record<string, unknown>>, choices: Choices) {
  const turned = Object.entries(variables).map(([name, value]) => [
    name,
    typeof value === 'boolean' && choices.oneIn(3) ? !value : value,
  ]);
  return Object.fromEntries(turned) as Readonly<Record<string, unknown>>;
}

/** What both have said, in words; of many coordinates the engine names as many as it may. */
function inWords(decision: Decision, opinion: ExpectedDecision): readonly [engine: string, model: string] {
  if (decision.kind !== 'refused' || opinion.kind !== 'refused') return [decision.kind, opinion.kind];
  const named = decision.refusals.map(({ coordinate }) => coordinate);
  const reasons = [...new Set(decision.refusals.map(({ reason }) => reason))];
  const known = [...opinion.coordinates];
  const expected = known.length <= MAX_REFUSALS ? known : known.filter((coordinate) => named.includes(coordinate));
  return [
    `${reasons.join()} ${named.toSorted().join()}`,
    `${opinion.reason} ${expected.slice(0, MAX_REFUSALS).toSorted().join()}`,
  ];
}

// covers: ACCESS-04, ENGINE-04
test('the engine and the model judge every request alike', PROPERTY_TIMEOUT, () => {
  const said = new Map<string, number>();
  assert(
    property(decisions, tuple(decisions, decisions, decisions), (ofSchema, ofRequests) => {
      const spec = randomSchema(new Choices(ofSchema));
      const sdl = printSchema(spec);
      const schema = createTestSchema(sdl);
      const policy = checkSchema(schema);
      const planner = createPlanner(policy);
      for (const choices of ofRequests.map((numbers) => new Choices(numbers))) {
        const { text, operation: index, variables: given } = randomDocument(choices, spec);
        const document = parse(text);
        expect(validate(schema, document), `${sdl}\n${text}`).toEqual([]);
        const operation = document.definitions[index] as OperationDefinitionNode;
        for (const viewer of [ada, ...Array.from({ length: VIEWERS_EACH - 1 }, () => randomViewer(choices))]) {
          // What was planned for others, with other conditions, must not be what is judged.
          const variables = otherConditions(given, choices);
          const decision = authorize(
            policy,
            planner(document, operation, variables),
            operation,
            variables,
            viewer,
            NOW,
          );
          const opinion = expectedDecision({ spec, document, operation, variables }, viewer, NOW);
          const word = opinion.kind === 'refused' ? opinion.reason : opinion.kind;
          said.set(word, (said.get(word) ?? 0) + 1);
          const [engine, model] = inWords(decision, opinion);
          expect(engine, `${sdl}\n${text}\n${JSON.stringify({ variables, viewer })}`).toBe(model);
        }
      }
    }),
    propertySettings(RUNS),
  );
  // Every answer was given often enough to have been compared.
  const words = ['allowed', 'invalid', 'UNAUTHENTICATED', 'FORBIDDEN', 'EMAIL_NOT_VERIFIED', 'STEP_UP_REQUIRED'];
  for (const word of words) expect(said.get(word) ?? 0, word).toBeGreaterThan(RUNS / 50);
});

import { assert, property } from 'fast-check';
import { expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../test-harness.ts';
import { Choices, decisions } from './random-choices.ts';
import { uncovered } from './authorization-model.ts';
import { randomSchema } from './random-schema.ts';
import { printSchema } from './schema-spec.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';

test('checkSchema accepts random schemas that satisfy the rules', PROPERTY_TIMEOUT, () => {
  assert(
    property(decisions, (numbers) => {
      expect(problemsOf(createTestSchema(printSchema(randomSchema(new Choices(numbers)))))).toEqual([]);
    }),
    propertySettings(700),
  );
});

// covers: ACCESS-01
test(
  'checkSchema accepts a schema with rules removed at random exactly if every reachable field is still covered',
  PROPERTY_TIMEOUT,
  () => {
    const outcomes = { accepted: 0, rejected: 0 };
    assert(
      property(decisions, decisions, (numbers, removals) => {
        const spec = randomSchema(new Choices(numbers));
        const choices = new Choices(removals);
        const most = 1 + choices.upTo(9);
        for (const element of spec.types.flatMap((type) => [type, ...type.fields]))
          element.rules = element.rules.filter(() => !choices.oneIn(most + 1));
        const problems = problemsOf(createTestSchema(printSchema(spec)));
        const missing = problems.filter(({ rule }) => rule === 'everyFieldHasRule');
        expect(new Set(missing.map(({ coordinate }) => coordinate))).toEqual(uncovered(spec));
        // Without a restrictive rule, a public field may return owned objects; no other rule can be violated.
        const others = problems.filter((problem) => !missing.includes(problem)).map(({ rule }) => rule);
        expect(others.filter((rule) => rule !== 'publicIsAllOrNothing')).toEqual([]);
        outcomes[missing.length > 0 ? 'rejected' : 'accepted']++;
      }),
      propertySettings(700),
    );
    expect(outcomes.accepted).toBeGreaterThan(50);
    expect(outcomes.rejected).toBeGreaterThan(50);
  },
);

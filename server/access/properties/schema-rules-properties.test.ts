import { assert, property } from 'fast-check';
import { expect, test } from 'vitest';
import { problemsOf, createTestSchema } from '../test-harness.ts';
import { Choices, decisions } from './random-choices.ts';
import { uncovered } from './authorization-model.ts';
import { randomSchema } from './random-schema.ts';
import { printSchema } from './schema-spec.ts';
import { PROPERTY_TIMEOUT, propertySettings } from './property-settings.ts';

test('a sound schema starts', PROPERTY_TIMEOUT, () => {
  assert(
    property(decisions, (numbers) => {
      expect(problemsOf(createTestSchema(printSchema(randomSchema(new Choices(numbers)))))).toEqual([]);
    }),
    propertySettings(700),
  );
});

// covers: ACCESS-01
test(
  'with rules taken away at random, it starts exactly where every reachable field is covered still',
  PROPERTY_TIMEOUT,
  () => {
    const outcomes = { starts: 0, fails: 0 };
    assert(
      property(decisions, decisions, (numbers, removals) => {
        const spec = randomSchema(new Choices(numbers));
        const choices = new Choices(removals);
        const most = 1 + choices.upTo(9);
        for (const place of spec.types.flatMap((type) => [type, ...type.fields]))
          place.rules = place.rules.filter(() => !choices.oneIn(most + 1));
        const problems = problemsOf(createTestSchema(printSchema(spec)));
        const bare = problems.filter(({ rule }) => rule === 'everyFieldHasRule');
        expect(new Set(bare.map(({ coordinate }) => coordinate))).toEqual(uncovered(spec));
        // With a closing rule gone, a public one may lead where it must not; nothing else can come of it.
        const others = problems.filter((problem) => !bare.includes(problem)).map(({ rule }) => rule);
        expect(others.filter((rule) => rule !== 'publicIsAllOrNothing')).toEqual([]);
        outcomes[bare.length > 0 ? 'fails' : 'starts']++;
      }),
      propertySettings(700),
    );
    expect(outcomes.starts).toBeGreaterThan(50);
    expect(outcomes.fails).toBeGreaterThan(50);
  },
);

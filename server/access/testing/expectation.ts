/**
 * Chainable assertions about one coordinate. Each throws an Error that names the rule if the schema decides otherwise.
 */
export interface Expectation<Case> {
  /** Asserts that every case is allowed, on every object type that the coordinate covers. */
  allows(first: Case, ...more: readonly Case[]): Expectation<Case>;
  /** Asserts that every case is refused, on every object type that the coordinate covers. */
  refuses(first: Case, ...more: readonly Case[]): Expectation<Case>;
}

/** Assertions about a field, which a refusal can make null instead of refusing the request. */
export interface FieldExpectation<Case> extends Expectation<Case> {
  allows(first: Case, ...more: readonly Case[]): FieldExpectation<Case>;
  /** Asserts that no case gets the field: the request is refused, or the field is null. */
  refuses(first: Case, ...more: readonly Case[]): FieldExpectation<Case>;
  /** Asserts that in a query the field is null for every case, and the request is not refused (`onRefusal: NULL`). */
  nulls(first: Case, ...more: readonly Case[]): FieldExpectation<Case>;
}

/** Builds the assertions from one check, which throws if the decision differs from `expected`. */
export function fieldExpectation<Case>(
  check: (testCase: Case, expected: 'allowed' | 'refused' | 'null') => void,
): FieldExpectation<Case> {
  const assertions: FieldExpectation<Case> = {
    allows(...cases) {
      for (const testCase of cases) check(testCase, 'allowed');
      return assertions;
    },
    refuses(...cases) {
      for (const testCase of cases) check(testCase, 'refused');
      return assertions;
    },
    nulls(...cases) {
      for (const testCase of cases) check(testCase, 'null');
      return assertions;
    },
  };
  return assertions;
}

/** Builds the assertions from one check, which throws if the decision differs from `expected`. */
export function expectation<Case>(check: (testCase: Case, expected: 'allowed' | 'refused') => void): Expectation<Case> {
  return fieldExpectation<Case>((testCase, expected) => {
    if (expected !== 'null') check(testCase, expected);
  });
}

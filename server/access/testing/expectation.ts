/**
 * Chainable assertions about one coordinate. Each throws an Error that names the rule if the schema decides otherwise.
 */
export interface Expectation<Case> {
  /** Asserts that every case is allowed, on every object type that the coordinate covers. */
  allows(first: Case, ...more: readonly Case[]): Expectation<Case>;
  /** Asserts that every case is refused, on every object type that the coordinate covers. */
  refuses(first: Case, ...more: readonly Case[]): Expectation<Case>;
}

/** Builds the assertions from one check, which throws if the decision differs from `expected`. */
export function expectation<Case>(check: (testCase: Case, expected: 'allowed' | 'refused') => void): Expectation<Case> {
  const assertions: Expectation<Case> = {
    allows(...cases) {
      for (const testCase of cases) check(testCase, 'allowed');
      return assertions;
    },
    refuses(...cases) {
      for (const testCase of cases) check(testCase, 'refused');
      return assertions;
    },
  };
  return assertions;
}

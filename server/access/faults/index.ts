import type { Mutant } from './fault.ts';
import { COMPILE_MUTANTS } from './compile.ts';
import { COVERAGE_MUTANTS } from './covering.ts';
import { ELEMENT_MUTANTS } from './element.ts';
import { GUARD_MUTANTS } from './guard.ts';
import { INTROSPECTION_MUTANTS } from './introspect.ts';
import { AUTHORIZE_MUTANTS } from './judge.ts';
import { EXPECT_ACCESS_MUTANTS } from './kit.ts';
import { POLICY_MUTANTS } from './policy.ts';
import { SCHEMA_RULE_MUTANTS } from './start.ts';
import { VIEWER_FAULTS } from './viewer.ts';
import { MESSAGE_MUTANTS } from './words.ts';

/** Every seeded fault of the engine. `npm run faults -- access` demands that each goes red. */
export const ACCESS_MUTANTS: readonly Mutant[] = [
  ...ELEMENT_MUTANTS,
  ...COVERAGE_MUTANTS,
  ...SCHEMA_RULE_MUTANTS,
  ...POLICY_MUTANTS,
  ...COMPILE_MUTANTS,
  ...VIEWER_FAULTS,
  ...AUTHORIZE_MUTANTS,
  ...GUARD_MUTANTS,
  ...INTROSPECTION_MUTANTS,
  ...MESSAGE_MUTANTS,
  ...EXPECT_ACCESS_MUTANTS,
];

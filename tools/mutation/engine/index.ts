import type { Mutant } from './mutant.ts';
import { COMPILE_MUTANTS } from './compile-operation-mutants.ts';
import { COVERAGE_MUTANTS } from './schema-coverage-mutants.ts';
import { ELEMENT_MUTANTS } from './schema-elements-mutants.ts';
import { GUARD_MUTANTS } from './guard-mutants.ts';
import { INTROSPECTION_MUTANTS } from './introspection-mutants.ts';
import { AUTHORIZE_MUTANTS } from './authorize-mutants.ts';
import { EXPECT_ACCESS_MUTANTS } from './expect-access-mutants.ts';
import { POLICY_MUTANTS } from './policy-mutants.ts';
import { SCHEMA_RULE_MUTANTS } from './schema-rule-mutants.ts';
import { VIEWER_FAULTS } from './viewer-mutants.ts';
import { MESSAGE_MUTANTS } from './message-mutants.ts';

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

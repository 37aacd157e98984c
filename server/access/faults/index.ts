import type { Fault } from './fault.ts';
import { COMPILE_FAULTS } from './compile.ts';
import { COVERING_FAULTS } from './covering.ts';
import { ELEMENT_FAULTS } from './element.ts';
import { GUARD_FAULTS } from './guard.ts';
import { INTROSPECT_FAULTS } from './introspect.ts';
import { JUDGE_FAULTS } from './judge.ts';
import { KIT_FAULTS } from './kit.ts';
import { POLICY_FAULTS } from './policy.ts';
import { START_FAULTS } from './start.ts';
import { VIEWER_FAULTS } from './viewer.ts';
import { WORDS_FAULTS } from './words.ts';

/** Every seeded fault of the engine. `npm run faults -- access` demands that each goes red. */
export const ACCESS_FAULTS: readonly Fault[] = [
  ...ELEMENT_FAULTS,
  ...COVERING_FAULTS,
  ...START_FAULTS,
  ...POLICY_FAULTS,
  ...COMPILE_FAULTS,
  ...VIEWER_FAULTS,
  ...JUDGE_FAULTS,
  ...GUARD_FAULTS,
  ...INTROSPECT_FAULTS,
  ...WORDS_FAULTS,
  ...KIT_FAULTS,
];

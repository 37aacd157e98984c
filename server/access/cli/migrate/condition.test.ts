import { expect, test } from 'vitest';
import { type Condition, formatRules, toRules } from './condition.ts';

const everyone: Condition = { kind: 'everyone' };
const signedIn: Condition = { kind: 'signed in' };
const roles = (...names: readonly string[]): Condition => ({ kind: 'roles', roles: names });
const scopes = (...groups: readonly (readonly string[])[]): Condition => ({ kind: 'scopes', scopes: groups });
const owner = (field: string): Condition => ({ kind: 'owner', field });
const unknown: Condition = { kind: 'unknown', why: 'a function decides' };
const all = (...of: readonly Condition[]): Condition => ({ kind: 'all', of });
const any = (...of: readonly Condition[]): Condition => ({ kind: 'any', of });

// covers: CLI-06
test.each([
  [everyone, '@public(reason: "R.")', []],
  [all(everyone, signedIn), '@auth', []],
  [any(everyone, signedIn), '@public(reason: "R.")', []],
  [any(roles('A'), roles('B')), '@auth(roles: [A, B])', []],
  [all(roles('A', 'B'), roles('B', 'C', 'A')), '@auth(roles: [A, B])', []],
  [all(roles('A'), roles('B')), null, ['one element cannot have both of its requirements']],
  [any(signedIn, roles('A'), owner('by')), '@auth', []],
  [any(owner('by'), roles('A'), owner('by')), '@owner(field: "by", orRoles: [A])', []],
  [all(owner('by'), roles('A')), '@auth(roles: [A]) @owner(field: "by")', []],
  [any(owner('by'), owner('to')), null, ['one rule cannot admit the owner in by or the owner in to']],
  [any(owner('by'), owner('to'), signedIn), '@auth', []],
  [all(scopes(['a'], ['b']), scopes(['c'])), '@auth(scopes: [["a", "c"], ["b", "c"]])', []],
  [any(scopes(['a']), scopes(['b', 'c'])), '@auth(scopes: [["a"], ["b", "c"]])', []],
  [all(scopes(['a'], ['b']), scopes(['a'], ['c'])), '@auth(scopes: [["a"], ["b", "c"]])', []],
  [any(scopes(['a', 'b']), scopes(['c'], ['a'])), '@auth(scopes: [["c"], ["a"]])', []],
  [scopes(['a', 'b'], ['b', 'a', 'a'], ['b', 'a', 'c']), '@auth(scopes: [["a", "b"]])', []],
  [any(scopes(['a']), roles('A')), null, ['one rule cannot admit scopes a or roles A']],
  [any(roles('A'), unknown), '@auth(roles: [A])', ['a function decides']],
  [all(roles('A'), unknown), null, ['a function decides']],
  [any(unknown), null, ['a function decides']],
  [any(), null, ['it admits nobody']],
  [all(), null, ['it has no requirement']],
  [roles(), null, ['its list of roles is empty']],
  [scopes([]), null, ['its list of scopes is empty']],
])('the condition %j is %s', (condition, directives, lost) => {
  const { rules, ...rest } = toRules(condition);
  expect({ directives: rules && formatRules(rules, 'R.'), ...rest }).toEqual({ directives, lost });
});

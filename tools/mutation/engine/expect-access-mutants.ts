import { type Mutant, mutantsIn, type MutantSpec } from './mutant.ts';

const FIELDS: readonly MutantSpec[] = [
  {
    rule: 'expectField',
    name: 'what is allowed passes as refused',
    find: "if (wanted === 'refused' && !refusing)",
    replace: "if (wanted === 'refused' && refusing === undefined)",
  },
  {
    rule: 'expectField',
    name: 'what is refused passes as allowed',
    find: "if (wanted === 'allowed' && refusing)",
    replace: "if (wanted === 'allowed' && refusing === undefined)",
  },
  {
    rule: 'expectField',
    name: 'of an interface one type is asked',
    find: 'for (const way of ways) {',
    replace: 'for (const way of ways.slice(0, 1)) {',
  },
  {
    rule: 'expectField',
    name: 'an owner is asked for where there is none',
    find: '!hasOwner && (',
    replace: '!hasOwner && ways.length === 0 && (',
  },
  {
    rule: 'ruleAgainst',
    name: 'whose object it is that a field leads to does not count',
    find: 'of [ownersOn(policy, way), ownersBehind(policy, way)]',
    replace: 'of [ownersOn(policy, way)]',
  },
  {
    rule: 'ruleAgainst',
    name: 'what the guard would stop is allowed',
    find: 'if (owners.length === 0 ||',
    replace: 'if (owners.length >= 0 ||',
  },
  {
    rule: 'callerFor',
    name: 'a misspelt role is refused, and the test passes',
    find: 'if (role !== undefined && !(',
    replace: "if (role === '' && !(",
  },
  {
    rule: 'callerFor',
    name: 'who signed in long ago signed in just now',
    find: "signedIn === 'stale' ? NOW",
    replace: "signedIn === 'stale' ? 0",
  },
];

const ARGUMENTS: readonly MutantSpec[] = [
  {
    rule: 'expectArgument',
    name: 'an id that is taken passes as refused',
    find: "wanted === 'refused' && verdict.kind === 'allowed'",
    replace: "wanted === 'refused' && verdict.kind === 'invalid'",
  },
  {
    rule: 'expectArgument',
    name: 'an id that is refused passes as taken',
    find: "wanted === 'allowed' && verdict.kind === 'refused'",
    replace: "wanted === 'allowed' && verdict.kind === 'invalid'",
  },
  {
    rule: 'expectArgument',
    name: 'what cannot be asked counts as taken',
    find: "if (verdict.kind === 'invalid') throw",
    replace: "if (verdict.kind === 'invalid' && wanted === 'refused') throw",
  },
];

const beside = (seeds: readonly MutantSpec[]) => seeds.map((seed) => ({ ...seed, killedBy: 'expect-access.test.ts' }));

/** Faults in the test kit: a test that says nothing protects nothing. */
export const EXPECT_ACCESS_MUTANTS: readonly Mutant[] = [
  ...mutantsIn('expect-access.ts', beside(FIELDS)),
  ...mutantsIn('expect-argument.ts', beside(ARGUMENTS)),
];

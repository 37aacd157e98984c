import { type Mutant, mutantsIn } from './mutant.ts';

const DESCRIBE = mutantsIn('describe.ts', [
  {
    rule: 'describeRules',
    name: 'what is public asks to be signed in',
    find: 'if (rules.length === 0) return null;',
    replace: '',
  },
  {
    rule: 'describeRules',
    name: 'the same is said twice',
    find: "new Set(['signed in', ...rules.flatMap(wordsOf)])",
    replace: "['signed in', ...rules.flatMap(wordsOf)]",
  },
  {
    rule: 'wordsOf',
    name: 'roles that may act for every owner are not told',
    find: 'rule.orRoles.length > 0 ?',
    replace: 'rule.orRoles.length > 1 ?',
  },
  {
    rule: 'wordsOf',
    name: 'of two conditions one is told',
    find: "...(rule.emailVerified ? ['verified e-mail address'] : []),",
    replace: "...(rule.emailVerified && rule.maxAge === null ? ['verified e-mail address'] : []),",
  },
  {
    rule: 'describedWith',
    name: 'what the schema says is lost',
    find: 'return description ? `${description}\\n\\n${access}` : access;',
    replace: 'return access;',
  },
  {
    rule: 'describedWith',
    name: 'a description says nothing of access',
    find: 'return description ? `${description}\\n\\n${access}` : access;',
    replace: 'return description ?? access;',
  },
]);

const REFUSAL = mutantsIn('refusal.ts', [
  {
    rule: 'refusalError',
    name: 'the caller is told the rule',
    find: 'extensions: { code: reason, coordinate, ...maxAge }',
    replace: 'extensions: { code: reason, coordinate, ...maxAge, rule }',
  },
  {
    rule: 'refusalError',
    name: 'the age that is asked for is not told',
    find: 'coordinate, ...maxAge }',
    replace: 'coordinate }',
  },
  {
    rule: 'refusalError',
    name: 'it stands nowhere in the operation',
    find: '{ nodes, extensions',
    replace: '{ extensions',
  },
  {
    rule: 'REASONS',
    name: 'an address that is not verified outweighs a role that is missing',
    find: "'FORBIDDEN', 'EMAIL_NOT_VERIFIED', 'STEP_UP_REQUIRED'] as const",
    replace: "'EMAIL_NOT_VERIFIED', 'FORBIDDEN', 'STEP_UP_REQUIRED'] as const",
    killedBy: 'judge.test.ts',
  },
  {
    rule: 'REASONS',
    name: 'an old sign-in outweighs all else',
    find: "['UNAUTHENTICATED', 'FORBIDDEN', 'EMAIL_NOT_VERIFIED', 'STEP_UP_REQUIRED'] as const",
    replace: "['STEP_UP_REQUIRED', 'UNAUTHENTICATED', 'FORBIDDEN', 'EMAIL_NOT_VERIFIED'] as const",
    killedBy: 'judge.test.ts',
  },
]);

const PROBLEM = mutantsIn('problem.ts', [
  {
    rule: 'placeOf',
    name: 'a line is counted from the text, not from its file',
    find: ' + node.loc.source.locationOffset.line - 1',
    replace: '',
  },
  {
    rule: 'written',
    name: 'a problem does not say what to write',
    find: '\\n    fix: ${fix}',
    replace: '',
  },
  {
    rule: 'AccessPolicyError',
    name: 'only the first problem is told',
    find: 'problems.map(written)',
    replace: 'problems.slice(0, 1).map(written)',
  },
]);

/** Faults in what people read: refusals, problems, descriptions. */
export const MESSAGE_MUTANTS: readonly Mutant[] = [...DESCRIBE, ...REFUSAL, ...PROBLEM];

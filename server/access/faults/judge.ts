import { type Fault, faultsIn } from './fault.ts';

/** Faults in the judgement of a request. */
export const JUDGE_FAULTS: readonly Fault[] = faultsIn('judge.ts', [
  {
    rule: 'judge',
    name: 'values are judged before it is asked whether anybody signed in',
    find: "first === 'UNAUTHENTICATED' || first === 'FORBIDDEN'",
    replace: "first === 'FORBIDDEN'",
  },
  {
    rule: 'judge',
    name: 'a foreign id is told in place of a role that is missing',
    find: "first === 'UNAUTHENTICATED' || first === 'FORBIDDEN'",
    replace: "first === 'UNAUTHENTICATED'",
  },
  {
    rule: 'judge',
    name: 'a bad value hides that the address is not verified',
    find: "first === undefined || values.kind === 'refused'",
    replace: "values.kind !== 'allowed'",
  },
  {
    rule: 'judge',
    name: 'a foreign id does not outweigh an old sign-in',
    find: "first === undefined || values.kind === 'refused'",
    replace: 'first === undefined',
  },
  {
    rule: 'judgeChecks',
    name: 'first condition only',
    find: 'for (const rule of rules) {',
    replace: 'for (const rule of rules.slice(0, 1)) {',
  },
  {
    rule: 'judgeChecks',
    name: 'the reason that was found last wins',
    find: 'if (rank > winner) continue;',
    replace: '',
  },
  {
    rule: 'judgeChecks',
    name: 'weaker reasons are told beside the one that wins',
    find: 'if (rank < winner) refusals = [];',
    replace: '',
  },
  {
    rule: 'judgeChecks',
    name: 'every coordinate of the operation is told',
    find: 'refusals.length < MOST_REFUSALS && ',
    replace: '',
  },
  {
    rule: 'reasonAgainst',
    name: 'UNAUTHENTICATED: what is owned may be asked without a token',
    find: "if (viewer === null) return 'UNAUTHENTICATED';\n  if (rule.kind === 'owner') return null;",
    replace: "if (rule.kind === 'owner') return null;\n  if (viewer === null) return 'UNAUTHENTICATED';",
  },
  {
    rule: 'reasonAgainst',
    name: 'UNAUTHENTICATED: without conditions anybody passes',
    find: "if (viewer === null) return 'UNAUTHENTICATED';",
    replace:
      "if (rule.kind === 'auth' && rule.roles === null && rule.maxAge === null && !rule.emailVerified) return null;\n  if (viewer === null) return 'UNAUTHENTICATED';",
  },
  {
    rule: 'reasonAgainst',
    name: 'FORBIDDEN: every role is asked for, not any one',
    find: '!rule.roles.some(',
    replace: '!rule.roles.every(',
  },
  {
    rule: 'reasonAgainst',
    name: 'FORBIDDEN: a role is found inside of another word',
    find: 'viewer.roles.includes(role))',
    replace: "viewer.roles.join(' ').toUpperCase().includes(role))",
  },
  {
    rule: 'reasonAgainst',
    name: 'FORBIDDEN: empty list passes, of whoever has no role at all',
    find: 'rule.roles !== null && !rule',
    replace: 'rule.roles !== null && viewer.roles.length > 0 && !rule',
  },
  {
    rule: 'reasonAgainst',
    name: 'EMAIL_NOT_VERIFIED: what is not false is true',
    find: 'viewer.emailVerified !== true',
    replace: '!viewer.emailVerified',
  },
  {
    rule: 'reasonAgainst',
    name: 'EMAIL_NOT_VERIFIED: a role outweighs it',
    find: 'if (rule.emailVerified &&',
    replace: 'if (rule.emailVerified && viewer.roles.length === 0 &&',
  },
  {
    rule: 'reasonAgainst',
    name: 'STEP_UP_REQUIRED: an age that is no number passes',
    find: '!(now - viewer.authTime <= rule.maxAge)',
    replace: 'now - viewer.authTime > rule.maxAge',
  },
  {
    rule: 'reasonAgainst',
    name: 'STEP_UP_REQUIRED: the last second is too late',
    find: '<= rule.maxAge',
    replace: '< rule.maxAge',
  },
  {
    rule: 'judgeValues',
    name: 'arguments judged before coercion',
    find: 'getArgumentValues(field, node, coercion.coerced)',
    replace: 'getArgumentValues(field, node, variables)',
  },
  {
    rule: 'judgeValues',
    name: 'only the first field with an argument is looked at',
    find: 'for (const { coordinate, field, node } of checks) {',
    replace: 'for (const { coordinate, field, node } of checks.slice(0, 1)) {',
  },
  {
    rule: 'judgeValues',
    name: 'variables that are no values of their types pass',
    find: "if (coercion.errors) return { kind: 'invalid', errors: coercion.errors };",
    replace: 'if (coercion.errors) return ALLOWED;',
  },
  {
    rule: 'judgeValues',
    name: 'a message suggests what the schema has',
    find: 'hideSuggestions: true',
    replace: 'hideSuggestions: false',
  },
  {
    rule: 'foreignOwners',
    name: 'an empty text counts as left out',
    find: 'if (value == null) return;',
    replace: 'if (!value) return;',
  },
  {
    rule: 'foreignOwners',
    name: 'input objects in a list are not looked into',
    find: 'if (isListType(nullable)) {',
    replace: 'if (isListType(nullable)) {\n    if (nullable) return;',
  },
  {
    rule: 'foreignOwners',
    name: 'only the first field of an input object is looked at',
    find: 'Object.values(nullable.getFields())',
    replace: 'Object.values(nullable.getFields()).slice(0, 1)',
  },
  {
    rule: 'isOwn',
    name: 'one own id in a list is enough',
    find: 'value.every(',
    replace: 'value.some(',
  },
  {
    rule: 'isOwn',
    name: 'null equals null',
    find: 'userId !== null && value === userId',
    replace: 'value === userId',
  },
  {
    rule: 'isOwn',
    name: 'an empty list refuses',
    find: 'return value.every(',
    replace: 'return value.length > 0 && value.every(',
  },
  {
    rule: 'isOwn',
    name: 'ids are compared without their case',
    find: 'userId !== null && value === userId',
    replace: 'userId !== null && String(value).toLowerCase() === userId.toLowerCase()',
  },
]);

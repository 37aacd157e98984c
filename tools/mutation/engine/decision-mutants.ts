import {
  callInstead,
  callIs,
  conditionIs,
  dropOperand,
  emptyBlock,
  emptyCase,
  firstOnly,
  operatorIs,
  removeCall,
  returnIs,
  returns,
  skipIf,
  throwIs,
} from '../changes.ts';
import { dropSpread } from '../literal-changes.ts';
import { type Mutant, mutantsIn } from '../mutant.ts';

const GRAPHQL_GUARD = 'server/access/guard.ts';

/** Attacks on a decision: what an operation needs, what the viewer has, and what the guard sees of the result. */
export const DECISION_MUTANTS: readonly Mutant[] = [
  ...mutantsIn('authorization', 'server/access/authorize.ts', [
    ['Every operation is allowed.', 'authorize', returns("{ kind: 'allowed' }")],
    [
      'Values are checked before authentication, so that a coercion error discloses input types.',
      'authorize',
      conditionIs(false, 'UNAUTHENTICATED', 'FORBIDDEN'),
    ],
    ['Only the first rule of a field is evaluated.', 'evaluateChecks', firstOnly('rules')],
    ['A field with a rule can be read without a token.', 'refusalReason', returnIs('null', 'UNAUTHENTICATED')],
    ['`roles` is not checked.', 'refusalReason', skipIf('FORBIDDEN', 'roles')],
    ['`scopes` is not checked.', 'refusalReason', skipIf('FORBIDDEN', 'hasScopes')],
    ['`emailVerified` is not checked.', 'refusalReason', skipIf('EMAIL_NOT_VERIFIED')],
    ['`maxAge` is not checked.', 'refusalReason', skipIf('STEP_UP_REQUIRED')],
  ]),
  ...mutantsIn('arguments', 'server/access/authorize.ts', [
    [
      'Values are not compared with the rules of arguments and input fields.',
      'evaluateArguments',
      removeCall('set', 'reason'),
    ],
    ['Input objects are not looked into.', 'valuesIn', conditionIs(false, 'isInputObjectType')],
    ['`@auth` on an input field is not checked.', 'violatedInputRules', callIs('authRuleOn', 'null')],
    ['Owner ids in lists are not compared.', 'valuesIn', conditionIs(false, 'isListType')],
    ['Any id counts as the viewer’s own.', 'isOwnId', returns('true')],
  ]),
  ...mutantsIn('authorization', 'server/access/compile-operation.ts', [
    ['Fields in named fragments are not authorized.', 'compileOperation', emptyCase('FRAGMENT_SPREAD')],
    ['A field of an interface is authorized for one of its types alone.', 'compileOperation', firstOnly('requirement')],
    ['Fields below a list are not authorized.', 'compileOperation', callIs('getNamedType', '@0')],
    [
      '`@skip` is read as `@include`, so that an executed field is not authorized.',
      'isIncluded',
      operatorIs('===', '!==', 'include'),
    ],
    [
      'A variable of a fragment is taken for the operation’s variable of the same name.',
      'compileOperation',
      removeCall('assertNoVariables'),
      'server/access/unvalidated-input.test.ts',
    ],
    [
      'Without validation, a field runs by the rules of another one with its alias.',
      'compileOperation',
      removeCall('assertFieldsMerge'),
      'server/access/unvalidated-input.test.ts',
    ],
  ]),
  ...mutantsIn('onRefusal', 'server/access/compile-operation.ts', [
    ['In a mutation, a refused field is null.', 'compileOperation', dropOperand('QUERY')],
    [
      'The other rules of a field with `onRefusal: NULL` are ignored.',
      'compileOperation',
      callIs('nullsField', 'true'),
      'server/access/authorize.test.ts',
    ],
  ]),
  ...mutantsIn('onRefusal', 'server/access/nulled-fields.ts', [
    ['A field that is to be null runs.', 'wrapNullField', skipIf('nulledFieldError')],
    ['A field with `onRefusal: NULL` runs without a decision.', 'wrapNullField', skipIf('UnauthorizedExecutionError')],
  ]),
  ...mutantsIn('sharing between requests', 'server/access/operation-planner.ts', [
    ['A plan is reused for other values of `@skip` and `@include`.', 'createPlanner', callIs('join', "''")],
  ]),
  ...mutantsIn('authorization', 'server/access/policy.ts', [
    ['Rules of interfaces are ignored.', 'selfAndInterfaces', returns('[%0.name]')],
    ['Rules of a field are ignored where its type has rules.', 'buildPolicy', dropSpread(1)],
    ['Rules of a type are ignored.', 'buildPolicy', dropSpread(0)],
    ['A field without an entry in the policy needs nothing.', 'buildPolicy.requirement', throwIs('return [];')],
  ]),
  ...mutantsIn('authorization', 'server/access/rule.ts', [
    ['One scope of a list suffices.', 'hasScopes', callInstead('every', 'some'), 'server/access/authorize.test.ts'],
  ]),
  ...mutantsIn('the guard', GRAPHQL_GUARD, [
    ['The guard reports a breach and returns the object.', 'guardSchema', throwIs('return;')],
    ['The guard stops an object and reports nothing.', 'guardSchema', emptyBlock('try')],
    ['Fields of an owned type are not wrapped.', 'guardSchema', callIs('wrapOwnedResult', '@0')],
    ['Fields with an owner of their own are not wrapped.', 'guardSchema', callIs('wrapOwnedField', '@0')],
    ['Objects behind interfaces and unions are not checked.', 'guardSchema', removeCall('guardAbstractType')],
    ['A resolver’s promise is not checked.', 'wrapOwnedResult', callIs('then', '@this')],
    ['Only the first object of a list is checked.', 'wrapOwnedResult', firstOnly('length')],
    ['Every object is the viewer’s.', 'isOwnedBy', returns('true')],
    ['A rule without `orRoles` admits every role.', 'isOwnedBy', callInstead('some', 'every')],
  ]),
  ...mutantsIn('authorization', 'server/access/access-viewer.ts', [
    ['`undefined` is an anonymous viewer.', 'parseViewer', operatorIs('===', '==', 'null')],
    ['A viewer that was changed after it was parsed is not parsed again.', '', dropOperand('isUnchanged')],
    ['A polluted prototype makes a viewer of an empty object.', 'ownData', returns('%0[%1]')],
  ]),
  ...mutantsIn('disclosure', 'server/access/introspection-schema.ts', [
    [
      'Every audience is shown the schema that was built first.',
      'createIntrospectionSchemas',
      callIs('audienceKey', "'all'"),
    ],
  ]),
  ...mutantsIn('disclosure', 'server/access/visible-definitions.ts', [
    [
      'Introspection shows input fields that the viewer cannot use.',
      'visibleTo',
      callIs('isRuleSatisfiable', 'true'),
      'server/access/introspection-schema.test.ts',
    ],
    [
      'Introspection shows fields that the viewer cannot use.',
      'isRuleSatisfiable',
      returns('true'),
      'server/access/introspection-schema.test.ts',
    ],
  ]),
];

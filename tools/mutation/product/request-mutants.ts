import {
  branchReturns,
  callIs,
  caseAs,
  conditionIs,
  dropFirstOperand,
  dropOperand,
  removeCall,
  removeThrow,
  returns,
  skipIf,
} from '../changes.ts';
import { dropProperty, propertyIs } from '../literal-changes.ts';
import { type Mutant, mutantsIn } from '../mutant.ts';
import { directiveIs } from '../sdl-changes.ts';

/** Attacks on a request, from the socket to the resolver and back: tokens, authorization, limits, the response. */
export const REQUEST_MUTANTS: readonly Mutant[] = [
  ...mutantsIn('tokens', 'server/authentication/authenticate.ts', [
    ['A revoked session is accepted.', 'authenticate', caseAs('revoked', 'good')],
    ['A bad token is served as anonymous.', 'authenticate', branchReturns("{ kind: 'anonymous' }", 'bad-token')],
  ]),
  ...mutantsIn('tokens', 'server/authentication/token-verifier.ts', [
    ['A cached token does not expire.', 'createVerifier', branchReturns('{ claims: @1 }', 'find', 'kid', 'key')],
    ['A cached token outlives its key.', 'createVerifier', conditionIs(true, 'find', 'kid', 'key')],
    ['`aud` is not checked.', 'createVerifier', skipIf('aud')],
  ]),
  ...mutantsIn('tokens', 'server/authentication/signature.ts', [
    ['The signature is not verified.', 'verifySignature', returns("Buffer.from(%0.split('.')[1] ?? '', 'base64url')")],
  ]),
  ...mutantsIn('tokens', 'server/authentication/compact-token.ts', [
    ['`alg` is not checked.', 'parseCompact', dropFirstOperand('TOKEN_TYPE')],
    [
      '`crit` and `jwk` in the header are accepted.',
      'parseCompact',
      dropOperand('keys'),
      'server/authentication/token-verifier.test.ts',
    ],
  ]),
  ...mutantsIn('tokens', 'server/authentication/claims.ts', [
    ['`exp` is not checked.', 'validateClaims', skipIf('expired')],
    ['A token may be valid for any time.', 'validateClaims', skipIf('lives-too-long')],
  ]),
  ...mutantsIn('tokens', 'server/authentication/refreshing-keys.ts', [
    ['Invented key ids cost one request each.', 'refreshingKeys', propertyIs('minuteEnds', '-Infinity')],
  ]),
  ...mutantsIn('authorization', 'server/http/executor.ts', [
    [
      'Operations are executed without authorization.',
      'createExecutor',
      callIs('authorize', "{ kind: 'allowed' }"),
      'test/walls/engine-layer.test.ts',
    ],
    [
      'A mutation with errors is committed.',
      'createExecutor',
      removeThrow('MutationRollback'),
      'test/api/row-isolation.test.ts',
    ],
    [
      'A response that the guard stopped keeps its other data.',
      'createExecutor',
      skipIf('AccessBreach'),
      'test/walls/guard-alarm.test.ts',
    ],
  ]),
  ...mutantsIn('the guard', 'server/app.ts', [
    ['The guard is not installed.', 'createApp', removeCall('guardSchema'), 'test/walls/guard-alarm.test.ts'],
  ]),
  ...mutantsIn('the guard', 'server/execution/operation-plan.ts', [
    [
      'A plan reads an owned object without the resolver that the guard wraps.',
      'planField',
      propertyIs('resolve', 'null'),
      'test/walls/guard-alarm.test.ts',
    ],
    [
      'Operations that have a plan do not pass a guard that is installed later.',
      'isCurrent',
      returns('true'),
      'server/execution/compiled-execute.test.ts',
    ],
  ]),
  ...mutantsIn('sharing between requests', 'server/execution/document-plans.ts', [
    [
      'An operation is executed by the plan for another request’s conditions.',
      'conditionsOf',
      propertyIs('key', "''"),
      'server/execution/compiled-execute.test.ts',
    ],
  ]),
  ...mutantsIn('sharing between requests', 'server/http/graphql-route.ts', [
    ['A cache may store responses.', 'routeGraphql', dropProperty('cache-control'), 'test/api/transport.test.ts'],
  ]),
  ...mutantsIn('memory', 'server/http/cost-limits.ts', [
    ['No cost limit is enforced.', 'assertWithinLimit', removeThrow(), 'test/api/cost.test.ts'],
  ]),
  ...mutantsIn('oracles', 'server/resolvers/task-mutations.ts', [
    [
      'Deleting a task that does not exist succeeds.',
      'taskMutations.deleteTask',
      removeThrow('notFound'),
      'test/api/foreign-or-missing.test.ts',
    ],
  ]),
  ...mutantsIn('arguments', 'schema/task.graphql', [
    [
      'A client names another owner for a new task.',
      'CreateTaskInput.userId',
      directiveIs('owner'),
      'test/walls/engine-layer.test.ts',
    ],
    ['A type has no owner.', 'Task', directiveIs('owner', '@auth'), 'server/executable-schema.test.ts'],
  ]),
  ...mutantsIn('other sites', 'server/http/cors.ts', [
    ['Every origin is an explorer’s.', 'allowOrigins', dropOperand('includes'), 'test/api/sandbox.test.ts'],
  ]),
];

import { type DocumentNode, type ExecutionResult, GraphQLError, Kind, type OperationDefinitionNode } from 'graphql';
import {
  AccessBreach,
  createExecute,
  createPlanner,
  InvalidViewerError,
  authorize,
  type Policy,
  type Reason,
  type Refusal,
  refusalError,
  type Rule,
  type Decision,
} from '../access/index.ts';
import { anonymousContext, type Context, type OperationRunner, type Deadline, viewerContext } from '../context.ts';
import type { Overload } from '../../runtime/http/connections.ts';
import type { Viewer } from '../viewer.ts';
import { CHALLENGE, viewerDeleted, httpExtension, isPublicCode, requestError, withoutStack } from '../errors.ts';
import type { ServerEvents } from './server-events.ts';

/** One operation of a caller, parsed and valid against the schema. */
export interface OperationRequest {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer | null;
  /** The name of the request, as its answer and the log have it. */
  readonly requestId: string;
  /** How long its answer is waited for. */
  readonly deadline: Deadline;
  /** Whose limit on answers that nobody reads is reached, so that this one cannot be sent; none unless said otherwise. */
  readonly overload?: (() => Overload | null) | undefined;
}

/** What the executor works with. */
export interface ExecutorOptions {
  readonly policy: Policy;
  readonly operations: OperationRunner;
  readonly events: Pick<ServerEvents, 'refused' | 'unexpected'> & Partial<Pick<ServerEvents, 'unavailable'>>;
  /** Seconds since the epoch. */
  now(): number;
}

/** A mutation's answer that has errors in it: thrown to roll the transaction back, and given to the caller after that. */
class MutationRollback extends Error {
  readonly result: ExecutionResult;

  constructor(result: ExecutionResult) {
    super('The mutation had errors.');
    this.result = result;
  }
}

/** The answer cannot be sent: too much is held already. Thrown so that a mutation is rolled back. */
class Undeliverable extends Error {
  readonly overload: Overload;

  constructor(overload: Overload) {
    super('Too many answers wait to be read.');
    this.overload = overload;
  }
}

/** The one way in which operations run: judge, execute with the viewer's own data, look at what came out. */
export function createExecutor({ policy, operations, events, now }: ExecutorOptions) {
  const planFor = createPlanner(policy);
  const execute = createExecute(policy);

  return async (request: OperationRequest): Promise<ExecutionResult> => {
    const { document, operation, variables, viewer, requestId } = request;
    const plan = planFor(document, operation, variables);
    let decision: Decision;
    try {
      decision = authorize(policy, plan, operation, variables, viewer, now());
    } catch (error) {
      // A viewer that is malformed is a fault of this server: neither anonymous nor signed in.
      events.unexpected(error, requestId);
      return internalErrorResult();
    }
    switch (decision.kind) {
      case 'refused':
        events.refused(decision.refusals, viewer?.userId ?? null, requestId);
        return { errors: decision.refusals.map(cachedRefusalError) };
      case 'invalid':
        return {
          errors: decision.errors.map(({ message, nodes }) => requestError('BAD_USER_INPUT', { message, nodes })),
        };
      case 'allowed':
        return executeAndFinalize(request);
    }
  };

  async function executeAndFinalize(request: OperationRequest): Promise<ExecutionResult> {
    try {
      return finalizeResult(await executeForViewer(request), request);
    } catch (error) {
      if (error instanceof MutationRollback) return finalizeResult(error.result, request);
      if (error instanceof Undeliverable) return error.overload === 'caller' ? tooMany() : unavailable(error);
      if (operations.isUnavailable(error)) return unavailable(error);
      events.unexpected(error, request.requestId);
      return internalErrorResult();
    }
  }

  function unavailable(cause: unknown): ExecutionResult {
    events.unavailable?.(cause);
    return { errors: [requestError('UNAVAILABLE', { headers: { 'retry-after': '1' } })] };
  }

  function executeForViewer(request: OperationRequest): Promise<ExecutionResult> {
    const { document, operation, variables, viewer, requestId, deadline } = request;
    const executeWith = async (contextValue: Context) => {
      const asked = { document, operationName: operation.name?.value, variableValues: variables, contextValue };
      const result = await execute(asked, viewer);
      // Asked again: what hundreds of requests that came at once will hold, none of them held when it came.
      const overload = request.overload?.() ?? null;
      if (overload !== null) throw new Undeliverable(overload);
      return result;
    };
    if (viewer === null) return executeWith(anonymousContext(requestId));
    if (operation.operation !== 'mutation')
      return operations.runQuery(viewer, (data) => executeWith(viewerContext(viewer, data, requestId)), deadline);
    return operations.runMutation(
      viewer,
      async (data) => {
        const result = await executeWith(viewerContext(viewer, data, requestId));
        if (result.errors) throw new MutationRollback(result);
        return result;
      },
      deadline,
    );
  }

  /** An answer leaves whole or not at all where a wall fell or the database went away; a failed mutation leaves no data. */
  function finalizeResult(result: ExecutionResult, { operation, requestId }: OperationRequest): ExecutionResult {
    if (!result.errors) return result;
    const causes = result.errors.map((error) => error.originalError);
    if (causes.some((cause) => cause instanceof AccessBreach)) return internalErrorResult();
    const malformedViewer = causes.find((cause) => cause instanceof InvalidViewerError);
    if (malformedViewer) {
      events.unexpected(malformedViewer, requestId);
      return internalErrorResult();
    }
    const outage = causes.find((cause) => operations.isUnavailable(cause));
    if (outage !== undefined) return unavailable(outage);
    const errors = result.errors.map(withInputErrorCode);
    // Raised by no rule but by a token whose user is gone: the answer is that to any other bad token.
    if (errors.some((error) => error.extensions['code'] === 'UNAUTHENTICATED')) return { errors: [viewerDeleted()] };
    for (const error of errors) if (!isPublicCode(error.extensions['code'])) events.unexpected(error, requestId);
    return { errors, data: operation.operation === 'mutation' ? null : (result.data ?? null) };
  }
}

/** Some bad values graphql-js finds only when a field runs: null in a variable, where its argument cannot be null. */
function withInputErrorCode(error: GraphQLError): GraphQLError {
  const cause = error.originalError ?? error;
  const isInputError = cause instanceof GraphQLError && cause.nodes?.some(({ kind }) => kind !== Kind.FIELD);
  if (!isInputError || error.extensions['code'] !== undefined) return error;
  const { message, nodes, path } = error;
  return new GraphQLError(message, {
    ...(nodes && { nodes }),
    ...(path && { path }),
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

function internalErrorResult(): ExecutionResult {
  return { errors: [requestError('INTERNAL_SERVER_ERROR')] };
}

function tooMany(): ExecutionResult {
  return { errors: [requestError('TOO_MANY_REQUESTS', { headers: { 'retry-after': '1' } })] };
}

/**
 * Errors are dear to make: more than all else that a judgement costs. An operation that is kept is refused in the same
 * words each time, by the same rules at the same places.
 */
function cachedRefusalError(refusal: Refusal): GraphQLError {
  const { nodes, rule, reason } = refusal;
  const byRule = refusalErrorCache.get(nodes) ?? new Map<Rule, Partial<Record<Reason, GraphQLError>>>();
  const byReason = byRule.get(rule) ?? {};
  refusalErrorCache.set(nodes, byRule.set(rule, byReason));
  return (byReason[reason] ??= refusalErrorWithStatus(refusal));
}
const refusalErrorCache = new WeakMap<Refusal['nodes'], Map<Rule, Partial<Record<Reason, GraphQLError>>>>();

/** RFC 6750 §3 for a request without a token; RFC 9470 §3 for a sign-in that is too old. */
function refusalErrorWithStatus(refusal: Refusal): GraphQLError {
  const error = withoutStack(() => refusalError(refusal));
  const challenge = challengeOf(refusal);
  error.extensions['http'] = httpExtension(refusal.reason, challenge === null ? {} : { 'www-authenticate': challenge });
  return error;
}

function challengeOf({ reason, rule }: Refusal): string | null {
  if (reason === 'UNAUTHENTICATED') return CHALLENGE;
  if (reason !== 'STEP_UP_REQUIRED' || rule.kind !== 'auth') return null;
  return `Bearer error="insufficient_user_authentication", error_description="A more recent sign-in is required", max_age="${rule.maxAge}"`;
}

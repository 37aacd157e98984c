import type { DocumentNode, ExecutionResult, GraphQLError, OperationDefinitionNode } from 'graphql';
import {
  AccessBreach,
  createExecute,
  createPlanner,
  formatRule,
  InvalidViewerError,
  authorize,
  isNulledFieldError,
  type NulledFields,
  type Policy,
  type Refusal,
  type Decision,
} from '../access/index.ts';
import {
  anonymousContext,
  type Context,
  type OperationRunner,
  type Deadline,
  type PositionExchange,
  type RequestClient,
  viewerContext,
} from '../context.ts';
import type { Overload } from '../../runtime/http/connections.ts';
import type { TraceSpan } from '../../runtime/tracing/tracing.ts';
import type { Viewer } from '../viewer.ts';
import { viewerDeleted, isPublicCode, PUBLIC_CODES, requestError } from '../errors.ts';
import { createCompiledExecute, type PlannedOperations } from '../execution/compiled-execute.ts';
import { executionErrorCoder, inputErrors } from './input-errors.ts';
import { answerRefusals } from './refusal-errors.ts';
import type { ServerEvents } from './server-events.ts';

/** One operation of a client, parsed and validated. */
export interface OperationRequest {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly viewer: Viewer | null;
  /** The id of the request, in its response and in the log. */
  readonly requestId: string;
  readonly deadline: Deadline;
  /** The client of the request, for the security log. */
  readonly client?: RequestClient | undefined;
  /** Whether the client asks for an explanation (explain-extension.ts); default false. */
  readonly explains?: boolean | undefined;
  /** Called for each statement that the resolvers send; default: statements are not counted. */
  readonly onStatement?: (() => void) | undefined;
  /** The position that the client keeps, where queries may run on read replicas. */
  readonly position?: PositionExchange | undefined;
  /** Returns the reached limit on unread responses, which forbids sending this one; null if none. Default: null. */
  readonly overload?: (() => Overload | null) | undefined;
  /** The span of the request; default: its trace is not recorded. */
  readonly trace?: TraceSpan | undefined;
}

/** A viewer's request that was refused with 403. */
export interface RefusedRequest {
  readonly viewerId: string;
  /** Reason and coordinate of the first refusal. */
  readonly reason: string;
  readonly client: RequestClient | undefined;
}

/** Options of `createExecutor`. */
export interface ExecutorOptions {
  readonly policy: Policy;
  readonly operations: OperationRunner;
  readonly events: Pick<ServerEvents, 'refused' | 'unexpected'> & Partial<Pick<ServerEvents, 'unavailable'>>;
  /** Records in the security log that a viewer's request was refused with 403; default: nothing is recorded. */
  recordRefusal?(refusal: RefusedRequest): void;
  /** Seconds since the epoch. */
  now(): number;
  /** Which operations are executed by a plan; default `repeated`: those whose document was executed before. */
  readonly plans?: PlannedOperations | 'off' | undefined;
}

/** The result of a mutation with errors: thrown to roll the transaction back, then sent to the client. */
class MutationRollback extends Error {
  readonly result: ExecutionResult;

  constructor(result: ExecutionResult) {
    super('The mutation had errors.');
    this.result = result;
  }
}

/** The response cannot be sent: too many bytes of responses are unread. Thrown so that a mutation is rolled back. */
class UndeliverableError extends Error {
  readonly overload: Overload;

  constructor(overload: Overload) {
    super('Too many bytes of responses are unread.');
    this.overload = overload;
  }
}

/**
 * Creates the function that runs every operation: authorize it, execute it with the viewer's own data, and check the
 * result before it is sent.
 */
export function createExecutor({ policy, operations, events, recordRefusal, now, plans }: ExecutorOptions) {
  const planFor = createPlanner(policy);
  const execute = createExecute(policy, plans === 'off' ? undefined : createCompiledExecute(policy.schema, plans));

  return async (request: OperationRequest): Promise<ExecutionResult> => {
    const { document, operation, variables, viewer, requestId, trace } = request;
    const span = trace?.child('authorize');
    const plan = planFor(document, operation, variables);
    let decision: Decision;
    try {
      decision = authorize(policy, plan, operation, variables, viewer, now());
    } catch (error) {
      // A malformed viewer is a bug of this server. It must not be treated as anonymous or as signed in.
      events.unexpected(error, requestId);
      span?.end(true);
      return internalErrorResult();
    }
    if (span !== undefined) endWithDecision(span, decision);
    switch (decision.kind) {
      case 'refused': {
        const { refusals, errors } = answerRefusals(decision.refusals);
        events.refused(refusals, viewer?.userId ?? null, requestId);
        recordForbidden(refusals, request);
        return { errors };
      }
      case 'invalid':
        return { errors: inputErrors(policy.schema, request, decision.errors) };
      case 'allowed': {
        const { nulled } = decision;
        if (nulled !== undefined && nulled.refusals.length > 0) {
          events.refused(nulled.refusals, viewer?.userId ?? null, requestId, 'null');
          recordForbidden(nulled.refusals, request);
        }
        return trace === undefined ? executeAndFinalize(request, nulled) : executeTraced(request, trace, nulled);
      }
    }
  };

  /** Records the first refusal that the viewer could not lift by signing in again; those have status 401. */
  function recordForbidden(refusals: readonly Refusal[], { viewer, client }: OperationRequest): void {
    const forbidden = refusals.find(({ reason }) => PUBLIC_CODES[reason].status === 403);
    if (viewer === null || forbidden === undefined) return;
    const { reason, coordinate } = forbidden;
    recordRefusal?.({ viewerId: viewer.userId, reason: `${reason} ${coordinate}`, client });
  }

  async function executeTraced(
    request: OperationRequest,
    parent: TraceSpan,
    nulled: NulledFields | undefined,
  ): Promise<ExecutionResult> {
    const trace = parent.child('execute', { 'graphql.operation.type': request.operation.operation });
    const result = await executeAndFinalize({ ...request, trace }, nulled);
    trace.end();
    return result;
  }

  async function executeAndFinalize(
    request: OperationRequest,
    nulled: NulledFields | undefined,
  ): Promise<ExecutionResult> {
    try {
      return finalizeResult(await executeForViewer(request, nulled), request);
    } catch (error) {
      if (error instanceof MutationRollback) return finalizeResult(error.result, request);
      if (error instanceof UndeliverableError)
        return error.overload === 'caller' ? tooManyRequestsResult() : unavailable(error);
      if (operations.isUnavailable(error)) return unavailable(error);
      events.unexpected(error, request.requestId);
      return internalErrorResult();
    }
  }

  function unavailable(cause: unknown): ExecutionResult {
    events.unavailable?.(cause);
    return { errors: [requestError('UNAVAILABLE', { headers: { 'retry-after': '1' } })] };
  }

  function executeForViewer(request: OperationRequest, nulled: NulledFields | undefined): Promise<ExecutionResult> {
    const { document, operation, variables, viewer, requestId, deadline, client, onStatement, position, trace } =
      request;
    const executeWith = async (contextValue: Context) => {
      const args = { document, operationName: operation.name?.value, variableValues: variables, contextValue };
      const result = await execute(args, viewer, nulled);
      // The HTTP server checked this when the request arrived, before hundreds of concurrent requests had any response.
      const overload = request.overload?.() ?? null;
      if (overload !== null) throw new UndeliverableError(overload);
      return result;
    };
    if (viewer === null) return executeWith(anonymousContext(requestId));
    if (operation.operation !== 'mutation')
      return operations.runQuery(
        viewer,
        (data) => executeWith(viewerContext(viewer, data, requestId)),
        deadline,
        client,
        onStatement,
        position,
        trace,
      );
    return operations.runMutation(
      viewer,
      async (data) => {
        const result = await executeWith(viewerContext(viewer, data, requestId));
        if (result.errors) throw new MutationRollback(result);
        return result;
      },
      deadline,
      onStatement,
      position,
      trace,
    );
  }

  /**
   * Returns the result to send. After an access breach or an outage of the database it has no `data` key; after a
   * failed mutation `data` is null.
   */
  function finalizeResult(result: ExecutionResult, request: OperationRequest): ExecutionResult {
    if (!result.errors) return result;
    const { operation, requestId } = request;
    const causes = result.errors.map((error) => error.originalError);
    if (request.trace !== undefined) recordBreach(request.trace, causes);
    if (causes.some((cause) => cause instanceof AccessBreach)) return internalErrorResult();
    const malformedViewer = causes.find((cause) => cause instanceof InvalidViewerError);
    if (malformedViewer) {
      events.unexpected(malformedViewer, requestId);
      return internalErrorResult();
    }
    const outage = causes.find((cause) => operations.isUnavailable(cause));
    if (outage !== undefined) return unavailable(outage);
    const errors = result.errors.map(executionErrorCoder(policy.schema, request));
    // During execution only `viewerDeleted` has this code, and fields that the decision made null. The client gets the same
    // response as for a rejected token.
    const isViewerDeleted = (error: GraphQLError) =>
      error.extensions['code'] === 'UNAUTHENTICATED' && !isNulledFieldError(error);
    if (errors.some(isViewerDeleted)) return { errors: [viewerDeleted()] };
    for (const error of errors) if (!isPublicCode(error.extensions['code'])) events.unexpected(error, requestId);
    return { errors, data: operation.operation === 'mutation' ? null : (result.data ?? null) };
  }
}

/** Records at which coordinate the guard stopped an object, if it did. */
function recordBreach(span: TraceSpan, causes: readonly unknown[]): void {
  const breach = causes.find((cause) => cause instanceof AccessBreach);
  if (breach !== undefined) span.set({ 'fieldgate.breach': breach.coordinate });
}

function nulledBy(decision: Decision): readonly Refusal[] {
  return decision.kind === 'allowed' ? (decision.nulled?.refusals ?? []) : [];
}

/** Ends the span of the authorization with its decision, and the first rule that refused the request or a field. */
function endWithDecision(span: TraceSpan, decision: Decision): void {
  span.set({ 'fieldgate.decision': decision.kind === 'refused' ? 'denied' : decision.kind });
  const [refusal] = decision.kind === 'refused' ? decision.refusals : nulledBy(decision);
  if (refusal !== undefined)
    span.set({
      'fieldgate.reason': refusal.reason,
      'fieldgate.rule': formatRule(refusal.rule),
      'fieldgate.coordinate': refusal.coordinate,
    });
  span.end();
}

function internalErrorResult(): ExecutionResult {
  return { errors: [requestError('INTERNAL_SERVER_ERROR')] };
}

function tooManyRequestsResult(): ExecutionResult {
  return { errors: [requestError('TOO_MANY_REQUESTS', { headers: { 'retry-after': '1' } })] };
}

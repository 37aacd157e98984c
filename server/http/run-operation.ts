import type { DocumentNode, ExecutionResult, GraphQLError, GraphQLSchema, OperationDefinitionNode } from 'graphql';
import type { Deadline } from '../context.ts';
import { requestError } from '../errors.ts';
import type { Viewer } from '../viewer.ts';
import { assertVariablesWithinLimits } from './cost-check.ts';
import type { CostLimits } from './cost-limits.ts';
import { catchTooComplex } from './document-validation.ts';
import type { OperationRequest } from './executor.ts';

/** What Apollo's context function returns for a request. The executor creates the context of resolvers from it. */
export interface ApolloContext {
  readonly viewer: Viewer | null;
  readonly requestId: string;
  readonly deadline: Deadline;
  readonly client?: OperationRequest['client'];
  /** See `OperationRequest.explains`. */
  readonly explains?: OperationRequest['explains'];
  /** See `OperationRequest.position`. */
  readonly position?: OperationRequest['position'];
  /** See `OperationRequest.trace`. */
  readonly trace?: OperationRequest['trace'];
  /** See `OperationRequest.overload`. */
  readonly overload?: OperationRequest['overload'];
}

/** An operation of a parsed document, as both ways to the executor have it: Apollo's and the short path. */
export interface ParsedOperation {
  readonly document: DocumentNode;
  /** Undefined if the document has no operation of the requested name. */
  readonly operation: OperationDefinitionNode | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly context: ApolloContext;
}

/** Checks an operation against limits and schema, and runs it. */
export type RunOperation = (parsed: ParsedOperation) => Promise<ExecutionResult>;

/** Options of `createRunOperation`. */
export interface RunOperationOptions {
  readonly schema: GraphQLSchema;
  /** The limits of operations. */
  readonly limits: CostLimits;
  /** Returns the errors of a document, those of the cost limits included. */
  errorsOf(document: DocumentNode): readonly GraphQLError[];
  execute(request: OperationRequest): Promise<ExecutionResult>;
  /** Called with an error that a stage throws, which is a bug of this server: the client gets INTERNAL_SERVER_ERROR. */
  onUnexpected(error: unknown, requestId: string): void;
}

/** Creates the stage between the parsed document and the executor. */
export function createRunOperation({
  schema,
  limits,
  errorsOf,
  execute,
  onUnexpected,
}: RunOperationOptions): RunOperation {
  return async (parsed) => {
    try {
      return await run(parsed);
    } catch (error) {
      // Apollo would answer it without a line in the log, and the short path as an error of HTTP.
      onUnexpected(error, parsed.context.requestId);
      return { errors: [requestError('INTERNAL_SERVER_ERROR')] };
    }
  };

  function run({
    document,
    operation,
    variables,
    context,
  }: ParsedOperation): ExecutionResult | Promise<ExecutionResult> {
    const errors = errorsOf(document);
    if (errors.length > 0) return { errors };
    const tooComplex = catchTooComplex(() => assertVariablesWithinLimits(variables, limits));
    if (tooComplex) return { errors: [tooComplex] };
    // Apollo calls the executor also for an unknown operation name. An operation type without a root is valid.
    if (!operation || !schema.getRootType(operation.operation))
      return { errors: [requestError('OPERATION_RESOLUTION_FAILURE')] };
    const { viewer, requestId, deadline, client, explains, position, overload, trace } = context;
    return execute({
      document,
      operation,
      variables,
      viewer,
      requestId,
      deadline,
      client,
      explains,
      position,
      overload,
      trace,
    });
  }
}

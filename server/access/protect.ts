import {
  execute as executeGraphql,
  type ExecutionResult,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { type AccessViewer, InvalidViewerError } from './access-viewer.ts';
import { authorize } from './authorize.ts';
import { checkSchema } from './check-schema.ts';
import type { Plan } from './compile-operation.ts';
import { type Awaitable, createExecute, type ExecuteArgs } from './execute.ts';
import { installExecutionGate } from './execution-gate.ts';
import { freezeDocument } from './freeze-document.ts';
import { AccessBreach, guardSchema } from './guard.ts';
import type { NulledFields } from './nulled-fields.ts';
import { createPlanner } from './operation-planner.ts';
import type { Policy } from './policy.ts';
import { assertProtectOptions, INVALID_TOKEN, type ProtectOptions } from './protect-options.ts';
import { type HttpHead, refusalHead } from './refusal-http.ts';
import { type Refusal, refusalError } from './refusal.ts';
import { UnauthorizedExecutionError } from './unauthorized-execution.ts';

/** The arguments of graphql-js's `execute`, with the context that `viewerOf` takes. */
export interface ProtectedArgs<Context> extends ExecuteArgs {
  readonly contextValue: Context;
  /** If given, it must be the protected schema. */
  readonly schema?: GraphQLSchema;
}

/** The answer to a request: its result, with status and headers for the HTTP response. */
export interface HttpAnswer extends HttpHead {
  /** No `data` if the request was refused or invalid, or a resolver returned an object of another owner. */
  readonly result: ExecutionResult;
}

/** The decision on a request; the answer to one that is not allowed. */
export type AccessDecision =
  | {
      readonly kind: 'allowed';
      /** The fields that are null instead of refusing the request. Missing if none has `onRefusal: NULL`. */
      readonly nulled?: NulledFields;
    }
  | { readonly kind: 'refused'; readonly answer: HttpAnswer; readonly refusals: readonly Refusal[] }
  | { readonly kind: 'invalid'; readonly answer: HttpAnswer };

/** A protected schema: what the adapters for servers share. */
export interface Protection<Context> {
  readonly policy: Policy;
  readonly schema: GraphQLSchema;
  /**
   * Decides on a validated request, without executing it.
   * @param now seconds since the epoch; default: of the option `clock`
   * @throws {InvalidViewerError} if the viewer is malformed
   */
  decide(args: Omit<ExecuteArgs, 'contextValue'>, viewer: AccessViewer | null, now?: number): AccessDecision;
  /** Decides on a validated request and, if it is allowed, executes it: in one step, so that nothing can come between. */
  answer(args: ProtectedArgs<Context>): Awaitable<HttpAnswer>;
  /** Does the same and returns only the result, as graphql-js's `execute` does. */
  execute(args: ProtectedArgs<Context>): Awaitable<ExecutionResult>;
}

const protectedSchemas = new WeakSet<GraphQLSchema>();

const REPORT_WARNING =
  'Access rules are NOT enforced: mode is "report". Every request is executed, also those that the schema refuses; each of them is reported to onRefusal. Remove the option `mode` to enforce the rules.';

/**
 * Protects a schema: checks it, and installs the guard and the execution gate in it. Call it once, at start, after every
 * schema transform; then give the protection to the adapter of your server.
 * @throws {AccessPolicyError} with every problem of the schema; the server must not start with it
 * @throws {UnsupportedGraphqlError} if the version of graphql is not supported, or another copy of it made the schema
 * @throws {TypeError} if an option is missing
 */
export function protect<Context>(schema: GraphQLSchema, options: ProtectOptions<Context>): Protection<Context> {
  assertProtectOptions(options as unknown as Readonly<Record<string, unknown>>);
  if (protectedSchemas.has(schema)) throw new TypeError('This schema is protected already: call protect once.');
  const { viewerOf, onBreach, clock = Date.now } = options;
  const policy = checkSchema(schema, options);
  const plan = createPlanner(policy);
  const seconds = () => Math.floor(clock() / 1_000);
  protectedSchemas.add(schema);
  guardSchema<Context>(policy, {
    // Only in report mode does the guard see a rejected token: its request owns nothing.
    viewerOf: (context) => {
      const viewer = viewerOf(context);
      return viewer === INVALID_TOKEN ? null : viewer;
    },
    onBreach,
    runsNulledFields: options.mode === 'report',
  });
  const execute =
    options.mode === 'report'
      ? (args: ExecuteArgs) => executeGraphql({ ...args, schema })
      : createExecute(policy, installExecutionGate(policy, reportFailure));
  if (options.mode === 'report') options.onWarning(REPORT_WARNING);
  return { policy, schema, decide, answer, execute: executeProtected };

  function decide(
    { document, operationName, variableValues }: Omit<ExecuteArgs, 'contextValue'>,
    viewer: AccessViewer | null,
    now = seconds(),
  ): AccessDecision {
    const operation = getOperationAST(document, operationName);
    if (!operation) return { kind: 'invalid', answer: noSuchOperation() };
    freezeDocument(document);
    const variables = variableValues ?? {};
    const planned = planOf(document, operation, variables);
    // Refused, not invalid: execution would accept it, so that report mode executes and reports it.
    if (planned instanceof GraphQLError) return { kind: 'refused', answer: invalid([planned]), refusals: [] };
    const decision = authorize(policy, planned, operation, variables, viewer, now);
    if (decision.kind === 'allowed') return decision;
    if (decision.kind === 'invalid') return { kind: 'invalid', answer: invalid(decision.errors) };
    const { refusals } = decision;
    return {
      kind: 'refused',
      answer: { result: { errors: refusals.map(refusalError) }, ...refusalHead(refusals) },
      refusals,
    };
  }

  /** Returns the plan of an operation; the error for the client if the document has none. */
  function planOf(...request: Parameters<typeof plan>): Plan | GraphQLError {
    try {
      return plan(...request);
    } catch (error) {
      if (error instanceof GraphQLError) return error;
      throw error;
    }
  }

  function answer(args: ProtectedArgs<Context>): Awaitable<HttpAnswer> {
    const { contextValue: context } = args;
    let viewer: AccessViewer | null = null;
    let decision: AccessDecision;
    try {
      if (args.schema !== undefined && args.schema !== schema)
        throw new TypeError(
          'The server executes another schema than the protected one: protect the schema after all transforms.',
        );
      const given = viewerOf(context);
      if (given !== INVALID_TOKEN) viewer = given;
      decision =
        given === INVALID_TOKEN ? { kind: 'refused', answer: rejectedToken(), refusals: [] } : decide(args, given);
    } catch (error) {
      // A viewer that cannot be read is neither anonymous nor signed in.
      decision = { kind: 'refused', answer: failed(error, context), refusals: [] };
    }
    if (options.mode === 'report') report(decision, viewer, args);
    if (decision.kind === 'invalid' || (decision.kind === 'refused' && options.mode !== 'report'))
      return decision.answer;

    try {
      const result = execute(args, viewer, decision.kind === 'allowed' ? decision.nulled : undefined);
      if (!('then' in result)) return finalize(result, context);
      return result.then(
        (settled) => finalize(settled, context),
        (error: unknown) => failed(error, context),
      );
    } catch (error) {
      return failed(error, context);
    }
  }

  function executeProtected(args: ProtectedArgs<Context>): Awaitable<ExecutionResult> {
    const answered = answer(args);
    return 'then' in answered ? answered.then(({ result }) => result) : answered.result;
  }

  /** Reports a decision that refuses the request or some of its fields. */
  function report(
    decision: AccessDecision,
    viewer: AccessViewer | null,
    { document, operationName, contextValue }: ProtectedArgs<Context>,
  ): void {
    if (options.mode !== 'report' || decision.kind === 'invalid') return;
    const refusals = decision.kind === 'refused' ? decision.refusals : (decision.nulled?.refusals ?? []);
    if (decision.kind === 'allowed' && refusals.length === 0) return;
    const operation = getOperationAST(document, operationName) as OperationDefinitionNode;
    const { status, result } = decision.kind === 'refused' ? decision.answer : nulledAnswer(refusals);
    const errors = result.errors ?? [];
    try {
      options.onRefusal({ refusals, errors, status, viewerId: viewer?.userId ?? null, operation }, contextValue);
    } catch (error) {
      // A report that is lost must not refuse the request.
      reportFailure(error, contextValue);
    }
  }

  /** Returns the answer to send: without data if a resolver returned an object of another owner. */
  function finalize(result: ExecutionResult, context: Context): HttpAnswer {
    for (const { originalError } of result.errors ?? []) {
      // The guard has called onBreach, and the gate onFailure.
      if (originalError instanceof AccessBreach || originalError instanceof UnauthorizedExecutionError)
        return internalError();
      if (originalError instanceof InvalidViewerError) return failed(originalError, context);
    }
    // graphql-js returns no data if it could not begin, for example with a variable that it cannot coerce.
    return { result, status: result.data === undefined ? 400 : 200, headers: {} };
  }

  function failed(error: unknown, context: Context): HttpAnswer {
    reportFailure(error, context);
    return internalError();
  }

  function reportFailure(error: unknown, context: Context): void {
    try {
      options.onFailure(error, context);
    } catch {
      // The request fails also if its failure cannot be reported.
    }
  }
}

/** Returns what is known before execution of the answer to a request some of whose fields are null. */
function nulledAnswer(refusals: readonly Refusal[]): HttpAnswer {
  return { result: { errors: refusals.map(refusalError) }, status: 200, headers: {} };
}

function invalid(errors: readonly GraphQLError[]): HttpAnswer {
  return { result: { errors }, status: 400, headers: {} };
}

/** Returns the answer to a request that names no operation of its document, or none of several. */
export function noSuchOperation(): HttpAnswer {
  return invalid([new GraphQLError('The document has no such operation.')]);
}

/** RFC 6750 §3.1: the same answer for every reason for which a token is rejected. */
function rejectedToken(): HttpAnswer {
  const error = new GraphQLError('Sign in to use this.', { extensions: { code: 'UNAUTHENTICATED' } });
  return {
    result: { errors: [error] },
    status: 401,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  };
}

/** Returns the answer to a request that failed because of the server. */
export function internalError(): HttpAnswer {
  const error = new GraphQLError('Internal server error.', { extensions: { code: 'INTERNAL_SERVER_ERROR' } });
  return { result: { errors: [error] }, status: 500, headers: {} };
}

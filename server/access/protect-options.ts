import type { GraphQLError, OperationDefinitionNode } from 'graphql';
import type { AccessViewer } from './access-viewer.ts';
import type { CheckOptions } from './check-schema.ts';
import type { AccessBreach } from './guard.ts';
import type { Refusal } from './refusal.ts';

/**
 * What `viewerOf` returns for a request whose token was rejected. It is refused with 401, never served as anonymous. Registered,
 * so that the package's ES modules and its CommonJS have the same symbol.
 */
export const INVALID_TOKEN: unique symbol = Symbol.for('@fieldgate/access: invalid token');

/** What `viewerOf` returns: the viewer, null for a request without a token, or `INVALID_TOKEN`. */
export type RequestViewer = AccessViewer | null | typeof INVALID_TOKEN;

/** A request that enforcement would have refused, or answered with fields that are null; the status is then 200. */
export interface RefusalReport {
  /**
   * One for each refused coordinate, with its rule; empty if the viewer could not be read, the token was rejected, or the
   * document cannot be planned.
   */
  readonly refusals: readonly Refusal[];
  /** The errors and the status that enforcement would have sent. Errors of fields that would be null have no path. */
  readonly errors: readonly GraphQLError[];
  readonly status: number;
  /** Null for an anonymous request, a rejected token, and a viewer that could not be read. */
  readonly viewerId: string | null;
  readonly operation: OperationDefinitionNode;
}

interface ServerHooks<Context> extends CheckOptions {
  /**
   * Returns the viewer of a context: null for a request without a token, `INVALID_TOKEN` for a rejected one. If it throws,
   * or returns a malformed viewer, the request fails with an internal error.
   */
  viewerOf(context: Context): RequestViewer;
  /** Called for each object of another owner that a resolver returned. Alert an operator. */
  onBreach(breach: AccessBreach, context: Context): void;
  /**
   * Called if a request failed because of the server, not of its client: its viewer could not be read, or the schema was
   * executed without a decision. Alert an operator.
   */
  onFailure(error: unknown, context: Context): void;
  /** Returns milliseconds since the epoch; default `Date.now`. */
  readonly clock?: () => number;
}

/** Options of `protect`: refused requests are refused. */
export interface EnforceOptions<Context> extends ServerHooks<Context> {
  readonly mode?: 'enforce';
}

/** Options of `protect`: refused requests are reported, and executed. For moving an existing server in. */
export interface ReportOptions<Context> extends ServerHooks<Context> {
  readonly mode: 'report';
  /**
   * Called for each request that enforcement would have refused, or some of whose fields, before it is executed. Log and
   * count it. If it throws, `onFailure` is called, and the request is executed.
   */
  onRefusal(report: RefusalReport, context: Context): void;
  /** Called once at start, with a sentence that says that nothing is refused. Log and count it. */
  onWarning(message: string): void;
}

/** Options of `protect`. */
export type ProtectOptions<Context> = EnforceOptions<Context> | ReportOptions<Context>;

/**
 * Asserts that JavaScript supplied the options that TypeScript requires: without `viewerOf` each request would fail, and
 * without the other functions an alarm would be lost.
 * @throws {TypeError} naming the option and what it must be
 */
export function assertProtectOptions(options: Readonly<Record<string, unknown>>): void {
  const { mode } = options;
  if (mode !== undefined && mode !== 'enforce' && mode !== 'report')
    throw new TypeError('The option `mode` of protect must be "enforce" or "report", or be left out.');
  const required = ['viewerOf', 'onBreach', 'onFailure', ...(mode === 'report' ? ['onRefusal', 'onWarning'] : [])];
  for (const name of required)
    if (typeof options[name] !== 'function')
      throw new TypeError(`The option \`${name}\` of protect must be a function.`);
}

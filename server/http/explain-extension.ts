import type { IncomingHttpHeaders } from 'node:http';
import type { ExecutionResult } from 'graphql';
import type { Explanation } from '../../runtime/explanation.ts';
import { type CallerExplanation, createCallerExplanations, type Policy } from '../access/index.ts';
import type { OperationRequest } from './executor.ts';

/** The header with which a client asks for an explanation; its value is `1`. */
export const EXPLAIN_HEADER = 'x-explain';

/** Whether the headers of a request ask for an explanation. */
export function asksForExplanation(headers: IncomingHttpHeaders): boolean {
  return headers[EXPLAIN_HEADER] === '1';
}

/** Responses with these codes do not show a decision: of a failure of the server, or of a viewer who has been deleted. */
const WITHOUT_DECISION: ReadonlySet<unknown> = new Set([
  'INTERNAL_SERVER_ERROR',
  'UNAVAILABLE',
  'TOO_MANY_REQUESTS',
  'UNAUTHENTICATED',
]);

interface ExplainOptions {
  readonly policy: Policy;
  execute(request: OperationRequest): Promise<ExecutionResult>;
  /** Seconds since the epoch. */
  now(): number;
}

/**
 * Returns an executor that adds `extensions.explain` to the response of each request that asks for it: the rules that
 * decided it, as far as introspection shows them to the same caller, and the number of statements. Requests that do not
 * ask run as before; where EXPLAIN is off, this executor is not installed.
 */
export function withExplanations({ policy, execute, now }: ExplainOptions) {
  const explainToCaller = createCallerExplanations(policy);
  return async (request: OperationRequest): Promise<ExecutionResult> => {
    if (!request.explains) return execute(request);
    let statements = 0;
    const result = await execute({ ...request, onStatement: () => statements++ });
    const explanation = explainResult(request, result);
    if (explanation === null) return result;
    const explain: Explanation = { ...explanation, statements };
    return { ...result, extensions: { ...result.extensions, explain } };
  };

  function explainResult(
    { document, operation, variables, viewer }: OperationRequest,
    result: ExecutionResult,
  ): CallerExplanation | null {
    // An anonymous caller's 401 is a decision of the policy; a viewer's is not.
    const failed = result.errors?.some(
      ({ extensions: { code } }) => WITHOUT_DECISION.has(code) && !(code === 'UNAUTHENTICATED' && viewer === null),
    );
    return failed === true ? null : explainToCaller({ document, operation, variables, viewer, now: now() });
  }
}

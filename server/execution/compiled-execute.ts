import { type DocumentNode, execute as executeGraphql, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import { buildExecutionContext } from 'graphql/execution/execute.js';
import { createDocumentPlans, type DocumentPlans } from './document-plans.ts';
import { executePlan } from './execute-plan.ts';
import { isPromise } from './result-object.ts';

/** Which operations are planned: those whose document is executed again, or all, as the attack suite needs. */
export type PlannedOperations = 'repeated' | 'all';

/**
 * Creates a function that executes operations on a schema exactly as graphql-js's `execute` does, known ones faster: a
 * document that is executed again is planned (operation-plan.ts), so that a document that is sent once costs nothing more.
 * Whatever has no plan is executed by graphql-js.
 * @param schema its resolvers are read when an operation is planned, and compared before each execution
 */
export function createCompiledExecute(
  schema: GraphQLSchema,
  planned: PlannedOperations = 'repeated',
): (args: ExecutionArgs) => ExecutionResult | Promise<ExecutionResult> {
  const known = new WeakMap<DocumentNode, DocumentPlans | 'executed once'>();

  return (args) => {
    const plans = isPlannable(args) ? plansOf(args.document) : null;
    if (plans === null || plans.isUnplannable(args.operationName)) return executeGraphql(args);
    const context = buildExecutionContext(args);
    if (!('schema' in context)) return { errors: context };
    const plan = plans.planFor(context.operation, context.variableValues);
    if (plan === null) return executeGraphql(args);
    const { collectedErrors } = context;
    const fail = (error: unknown) => {
      collectedErrors.add(error as GraphQLError, undefined);
      return responseOf(null, collectedErrors.errors);
    };
    try {
      const data = executePlan(context, plan);
      if (!isPromise(data)) return responseOf(data, collectedErrors.errors);
      return data.then((settled) => responseOf(settled, collectedErrors.errors), fail) as Promise<ExecutionResult>;
    } catch (error) {
      return fail(error);
    }
  };

  function isPlannable({
    schema: ofArgs,
    document,
    variableValues,
    fieldResolver,
    typeResolver,
  }: ExecutionArgs): boolean {
    if (ofArgs !== schema || fieldResolver || typeResolver) return false;
    // graphql-js reports these.
    return typeof document === 'object' && (variableValues == null || typeof variableValues === 'object');
  }

  function plansOf(document: DocumentNode): DocumentPlans | null {
    const state = known.get(document);
    if (state === undefined && planned === 'repeated') {
      known.set(document, 'executed once');
      return null;
    }
    if (state !== undefined && state !== 'executed once') return state;
    const plans = createDocumentPlans(schema, document);
    known.set(document, plans);
    return plans;
  }
}

function responseOf(data: unknown, errors: readonly GraphQLError[]): ExecutionResult {
  return (errors.length === 0 ? { data } : { errors, data }) as ExecutionResult;
}

import {
  defaultFieldResolver,
  execute as executeGraphql,
  type ExecutionArgs,
  type ExecutionResult,
  getOperationAST,
  type GraphQLField,
  type OperationDefinitionNode,
} from 'graphql';
import type { Awaitable } from './execute.ts';
import { freezeDocument } from './freeze-document.ts';
import { copyDecision } from './nulled-fields.ts';
import type { Policy } from './policy.ts';
import { UnauthorizedExecutionError } from './unauthorized-execution.ts';

/**
 * Closes the schema to every execution but those of the returned function: wraps the resolvers of the root types, so that
 * they run only for an operation that this function executes. Without it, a server that executes the schema by another
 * way (a plugin, a second endpoint, a compiled query) would execute what no decision allowed.
 *
 * Each execution has an operation node of its own, by which the resolvers recognize it: parsed documents are shared
 * between requests, and contexts may be shared between the operations of a batch.
 * @param onFailure called before the field fails
 */
export function installExecutionGate(
  policy: Policy,
  onFailure: (error: Error, context: never) => void,
): (args: ExecutionArgs) => Awaitable<ExecutionResult> {
  const authorized = new WeakSet<OperationDefinitionNode>();
  for (const type of [policy.schema.getQueryType(), policy.schema.getMutationType()])
    for (const field of Object.values(type?.getFields() ?? {}) as GraphQLField<unknown, never>[]) {
      const resolve = field.resolve ?? defaultFieldResolver;
      field.resolve = (source, args, context, info) => {
        if (authorized.has(info.operation)) return resolve(source, args, context, info);
        const error = new UnauthorizedExecutionError(`${info.parentType.name}.${info.fieldName}`);
        onFailure(error, context);
        throw error;
      };
    }

  return (args) => {
    const operation = getOperationAST(args.document, args.operationName);
    if (!operation) return executeGraphql(args);
    freezeDocument(args.document);
    const own = Object.freeze({ ...operation });
    authorized.add(own);
    copyDecision(operation, own);
    const definitions = args.document.definitions.map((definition) => (definition === operation ? own : definition));
    return executeGraphql({ ...args, document: { ...args.document, definitions } });
  };
}

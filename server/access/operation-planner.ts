import type { DocumentNode, OperationDefinitionNode } from 'graphql';
import { compileOperation, conditionVariables, type Conditions, type Plan } from './compile-operation.ts';
import type { Policy } from './policy.ts';

/** For a document with many boolean conditions: so many of their combinations are remembered, the rest is compiled anew. */
const MAX_PLANS = 16;

interface CachedPlans {
  readonly document: DocumentNode;
  readonly conditions: readonly string[];
  readonly plans: Map<string, Plan>;
}

/**
 * Compiles operations and remembers what came of it for as long as the parsed operation lives, and only for its own
 * document: a tool that rewrites fragments may leave the operation as it was. What is remembered holds nothing of a
 * caller: it is the same for everybody.
 */
export function createPlanner(policy: Policy) {
  const cache = new WeakMap<OperationDefinitionNode, CachedPlans>();
  return (
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Readonly<Record<string, unknown>>,
  ): Plan => {
    let cached = cache.get(operation);
    if (cached?.document !== document) {
      cached = { document, conditions: conditionVariables(document), plans: new Map() };
      cache.set(operation, cached);
    }
    const conditions = conditionValues(cached.conditions, operation, variables);
    const key = [...conditions.values()].join();
    const plan = cached.plans.get(key);
    if (plan !== undefined) return plan;
    const compiled = compileOperation(policy, document, operation, conditions);
    if (cached.plans.size < MAX_PLANS) cached.plans.set(key, compiled);
    return compiled;
  };
}

/** A condition's variable as execution will see it: given, or by default; anything but a boolean decides nothing. */
function conditionValues(
  names: readonly string[],
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Conditions {
  return new Map(
    names.map((name) => {
      const definition = operation.variableDefinitions?.find(({ variable }) => variable.name.value === name);
      const byDefault = definition?.defaultValue?.kind === 'BooleanValue' ? definition.defaultValue.value : null;
      const value = Object.hasOwn(variables, name) ? variables[name] : byDefault;
      return [name, typeof value === 'boolean' ? value : null];
    }),
  );
}

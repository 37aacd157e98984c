import type { DocumentNode, OperationDefinitionNode, TypeNode } from 'graphql';
import { compileOperation, conditionVariables, type Conditions, type Plan } from './compile-operation.ts';
import type { Policy } from './policy.ts';

/**
 * The most plans cached for one operation: one for each combination of its boolean conditions. Others are recompiled.
 */
const MAX_PLANS = 16;

interface CachedPlans {
  readonly document: DocumentNode;
  readonly conditions: readonly string[];
  readonly plans: Map<string, Plan>;
}

/**
 * Returns a function that compiles operations and caches the plans as long as the parsed operation is referenced. A
 * plan is reused only with the same document, because a tool that rewrites fragments may keep the operation node. Plans
 * are independent of the viewer.
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

/**
 * Returns the value of each condition variable: the supplied one or the default; null if it is not a boolean. Only a
 * variable of the type Boolean has the value that the request supplies: of `[Boolean]`, execution gets a list.
 */
function conditionValues(
  names: readonly string[],
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): Conditions {
  return new Map(
    names.map((name) => {
      const [definition, second] = (operation.variableDefinitions ?? []).filter(
        ({ variable }) => variable.name.value === name,
      );
      if (definition === undefined || second !== undefined || !isBoolean(definition.type)) return [name, null];
      const defaultValue = definition.defaultValue?.kind === 'BooleanValue' ? definition.defaultValue.value : null;
      const value = Object.hasOwn(variables, name) ? variables[name] : defaultValue;
      return [name, typeof value === 'boolean' ? value : null];
    }),
  );
}

function isBoolean(type: TypeNode): boolean {
  if (type.kind === 'NonNullType') return isBoolean(type.type);
  return type.kind === 'NamedType' && type.name.value === 'Boolean';
}

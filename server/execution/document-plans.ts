import {
  type DocumentNode,
  type GraphQLSchema,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { fragmentsOf, isCurrent, type OperationPlan, planOperation, type Variables } from './operation-plan.ts';

/** A plan takes about as much memory as the node of a field: a document and its plans take at most nine times as much. */
const PLANNED_FIELDS_PER_FIELD = 8;
const MAX_CONDITION_VARIABLES = 8;

/** The plans of a document, made when they are first needed. */
export interface DocumentPlans {
  /** Whether graphql-js executes this operation, whatever its variables are; false until a plan has failed. */
  isUnplannable(operationName: string | null | undefined): boolean;
  /** Returns the plan for the coerced variables of a request; null if graphql-js executes this request. */
  planFor(operation: OperationDefinitionNode, variables: Variables): OperationPlan | null;
}

/** Creates the plans of a document. */
export function createDocumentPlans(schema: GraphQLSchema, document: DocumentNode): DocumentPlans {
  const { fieldCount, conditionVariables } = measureDocument(document);
  const fragments = fragmentsOf(document);
  const plans = new Map<OperationDefinitionNode, Map<string, OperationPlan>>();
  const unplannable = new Set<string | null>();
  let fieldsLeft = fieldCount * PLANNED_FIELDS_PER_FIELD;

  return {
    isUnplannable: (operationName) => unplannable.size > 0 && unplannable.has(operationName ?? null),
    planFor(operation, variables) {
      const conditions = conditionsOf(conditionVariables, variables);
      if (conditions === null) return null;
      const plansOfOperation = plans.get(operation) ?? new Map<string, OperationPlan>();
      plans.set(operation, plansOfOperation);
      const known = plansOfOperation.get(conditions.key);
      if (known !== undefined && isCurrent(known)) return known;
      const plan = planOperation({
        schema,
        operation,
        fragments,
        conditions: conditions.values,
        maxFields: fieldsLeft,
      });
      if (plan === null) {
        // Also the plans that exist: an operation whose combinations do not fit is left to graphql-js as a whole.
        unplannable.add(operation.name?.value ?? null);
        plans.delete(operation);
        return null;
      }
      fieldsLeft += (known?.fields.length ?? 0) - plan.fields.length;
      plansOfOperation.set(conditions.key, plan);
      return plan;
    },
  };
}

/** Counts the fields of a document and names the variables of its `@skip` and `@include` conditions. */
function measureDocument(document: DocumentNode) {
  const conditionVariables = new Set<string>();
  let fieldCount = 0;
  visit(document, {
    Field: () => void fieldCount++,
    Directive({ name, arguments: values }) {
      if (name.value !== GraphQLSkipDirective.name && name.value !== GraphQLIncludeDirective.name) return;
      for (const { value } of values ?? []) if (value.kind === Kind.VARIABLE) conditionVariables.add(value.name.value);
    },
  });
  return { fieldCount, conditionVariables: [...conditionVariables] };
}

/**
 * Returns the values of the condition variables, and a key of their combination. Null if one is neither a boolean nor
 * absent, which graphql-js reports, or if there are too many.
 */
function conditionsOf(names: readonly string[], variables: Variables): { key: string; values: Variables } | null {
  if (names.length === 0) return NO_CONDITIONS;
  if (names.length > MAX_CONDITION_VARIABLES) return null;
  const values: Record<string, unknown> = {};
  let key = '';
  for (const name of names) {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value !== undefined && typeof value !== 'boolean') return null;
    if (value !== undefined) values[name] = value;
    key += value === undefined ? '-' : Number(value);
  }
  return { key, values };
}

const NO_CONDITIONS = { key: '', values: {} };

import { getArgumentValues, GraphQLError, type GraphQLLeafType, locatedError } from 'graphql';
import { buildResolveInfo, type ExecutionContext } from 'graphql/execution/execute.js';
import { inspect } from 'graphql/jsutils/inspect.js';
import { addPath, type Path, pathToArray } from 'graphql/jsutils/Path.js';
import { promiseReduce } from 'graphql/jsutils/promiseReduce.js';
import type { FieldPlan, OperationPlan, SelectionPlan, ValuePlan } from './operation-plan.ts';
import { createResultObject, isPromise, resultOfPromises, type ResultObject } from './result-object.ts';

/**
 * Executes a planned operation. Each function below is graphql-js 16.15's of the same purpose (execution/execute.js),
 * with the same order of calls and the same number of promises, because the order of errors depends on both. What differs:
 * fields are collected already, and a property that holds a leaf value has no path, info and arguments.
 * @returns the data, or a promise of it
 * @throws the error that made the whole data null
 */
export function executePlan(context: ExecutionContext, { isSerial, root }: OperationPlan): unknown {
  return isSerial
    ? executeFieldsSerially(context, root, context.rootValue)
    : executeFields(context, root, context.rootValue, undefined);
}

function executeFieldsSerially(context: ExecutionContext, { fields }: SelectionPlan, source: unknown): unknown {
  return promiseReduce(
    fields,
    (results: ResultObject, field) => {
      const result = executeField(context, field, source, undefined);
      if (result === undefined) return results;
      if (isPromise(result)) return result.then((settled) => setResult(results, field.key, settled)) as never;
      return setResult(results, field.key, result);
    },
    createResultObject(),
  );
}

function setResult(results: ResultObject, key: string, value: unknown): ResultObject {
  results[key] = value;
  return results;
}

function executeFields(
  context: ExecutionContext,
  { fields }: SelectionPlan,
  source: unknown,
  path: Path | undefined,
): unknown {
  const results = createResultObject();
  let hasPromise = false;
  try {
    for (const field of fields) {
      const result = executeField(context, field, source, path);
      if (result === undefined) continue;
      results[field.key] = result;
      if (isPromise(result)) hasPromise = true;
    }
  } catch (error) {
    if (hasPromise) return throwAfter(results, error);
    throw error;
  }
  return hasPromise ? resultOfPromises(results) : results;
}

/** Waits for the promises of the other fields, so that their rejections are handled, then throws. */
function throwAfter(results: ResultObject, error: unknown): Promise<never> {
  return resultOfPromises(results).finally(() => {
    throw error;
  }) as Promise<never>;
}

function executeField(
  context: ExecutionContext,
  field: FieldPlan,
  source: unknown,
  parentPath: Path | undefined,
): unknown {
  switch (field.kind) {
    case 'typename':
      return field.parentType.name;
    case 'property':
      return executeProperty(context, field, source, parentPath);
    case 'resolved':
      return executeResolved(context, field, source, addPath(parentPath, field.key, field.parentType.name));
  }
}

/** Executes a field that reads a leaf value from a property. Its path is made only for an error or a method. */
function executeProperty(
  context: ExecutionContext,
  field: FieldPlan,
  source: unknown,
  parentPath: Path | undefined,
): unknown {
  try {
    const result = readProperty(context, field, source, parentPath);
    if (result == null) return completeNull(field, field.value);
    if (typeof result === 'object' || typeof result === 'function') {
      if (isPromise(result)) {
        const path = addPath(parentPath, field.key, field.parentType.name);
        return catchFieldError(
          context,
          field,
          field.value,
          path,
          thenComplete(context, field, field.value, path, result),
        );
      }
      if (result instanceof Error) throw result;
    }
    const completed = completeLeaf(field.value.leaf as GraphQLLeafType, result);
    if (!isPromise(completed)) return completed;
    const path = addPath(parentPath, field.key, field.parentType.name);
    return catchFieldError(context, field, field.value, path, completed);
  } catch (error) {
    return handleFieldError(context, field, field.value, addPath(parentPath, field.key, field.parentType.name), error);
  }
}

/** Reads as graphql-js's default resolver does: a method is called with what a resolver gets. */
function readProperty(
  context: ExecutionContext,
  field: FieldPlan,
  source: unknown,
  parentPath: Path | undefined,
): unknown {
  if ((typeof source !== 'object' || source === null) && typeof source !== 'function') return undefined;
  const properties = source as Record<string, unknown>;
  const property = properties[field.name];
  if (typeof property !== 'function') return property;
  const path = addPath(parentPath, field.key, field.parentType.name);
  const info = buildResolveInfo(context, field.definition, field.nodes, field.parentType, path);
  const methods = source as Record<string, (...values: readonly unknown[]) => unknown>;
  return methods[field.name]?.(argumentsOf(context, field), context.contextValue, info);
}

function executeResolved(context: ExecutionContext, field: FieldPlan, source: unknown, path: Path): unknown {
  try {
    const resolve = field.resolve ?? context.fieldResolver;
    const info = buildResolveInfo(context, field.definition, field.nodes, field.parentType, path);
    const result: unknown = resolve(source, argumentsOf(context, field), context.contextValue, info);
    const completed = isPromise(result)
      ? thenComplete(context, field, field.value, path, result)
      : completeValue(context, field, field.value, path, result);
    return isPromise(completed) ? catchFieldError(context, field, field.value, path, completed) : completed;
  } catch (error) {
    return handleFieldError(context, field, field.value, path, error);
  }
}

function argumentsOf({ variableValues }: ExecutionContext, { constantArguments, definition, nodes }: FieldPlan) {
  // A copy for each call: a resolver may change it.
  if (constantArguments !== null) return { ...constantArguments };
  const [node] = nodes as [FieldPlan['nodes'][number]];
  return getArgumentValues(definition, node, variableValues);
}

function thenComplete(
  context: ExecutionContext,
  field: FieldPlan,
  value: ValuePlan,
  path: Path,
  result: PromiseLike<unknown>,
): unknown {
  return result.then((settled) => completeValue(context, field, value, path, settled));
}

function catchFieldError(
  context: ExecutionContext,
  field: FieldPlan,
  value: ValuePlan,
  path: Path,
  completed: unknown,
): unknown {
  // A thenable may return something else from `then`; graphql-js passes it on.
  if (!isPromise(completed)) return completed;
  return completed.then(undefined, (error: unknown) => handleFieldError(context, field, value, path, error));
}

function handleFieldError(
  context: ExecutionContext,
  field: FieldPlan,
  { isNonNull }: ValuePlan,
  path: Path,
  rawError: unknown,
): null {
  const error = locatedError(rawError, field.nodes, pathToArray(path));
  if (isNonNull) throw error;
  context.collectedErrors.add(error, path);
  return null;
}

function completeValue(
  context: ExecutionContext,
  field: FieldPlan,
  value: ValuePlan,
  path: Path,
  result: unknown,
): unknown {
  if (result instanceof Error) throw result;
  if (result == null) return completeNull(field, value);
  switch (value.kind) {
    case 'leaf':
      return completeLeaf(value.leaf as GraphQLLeafType, result);
    case 'list':
      return completeList(context, field, value.item as ValuePlan, path, result);
    case 'object':
      return executeFields(context, field.selection as SelectionPlan, result, path);
  }
}

function completeNull({ parentType, name }: FieldPlan, { isNonNull }: ValuePlan): null {
  if (isNonNull) throw new Error(`Cannot return null for non-nullable field ${parentType.name}.${name}.`);
  return null;
}

function completeLeaf(type: GraphQLLeafType, result: unknown): unknown {
  const serialized: unknown = type.serialize(result);
  if (serialized == null)
    throw new Error(
      `Expected \`${inspect(type)}.serialize(${inspect(result)})\` to ` +
        `return non-nullable value, returned: ${inspect(serialized)}`,
    );
  return serialized;
}

/** Whether an item of the list was a promise; graphql-js then returns a promise of the list. */
interface ListState {
  hasPromise: boolean;
}

function completeList(
  context: ExecutionContext,
  field: FieldPlan,
  item: ValuePlan,
  path: Path,
  result: unknown,
): unknown {
  if (typeof result !== 'object' || result === null || !isIterable(result))
    throw new GraphQLError(
      `Expected Iterable, but did not find one for field "${field.parentType.name}.${field.name}".`,
    );
  const state: ListState = { hasPromise: false };
  const completed = isPlainArray(result)
    ? completeArray(context, field, item, path, result, state)
    : Array.from(result, (value, index) => completeItem(context, field, item, path, value, index, state));
  return state.hasPromise ? Promise.all(completed) : completed;
}

/** Reads an array as its iterator does: by index, up to the length that it has at that time. */
function completeArray(
  context: ExecutionContext,
  field: FieldPlan,
  item: ValuePlan,
  path: Path,
  result: readonly unknown[],
  state: ListState,
): unknown[] {
  const completed: unknown[] = [];
  for (let index = 0; index < result.length; index++)
    completed.push(completeItem(context, field, item, path, result[index], index, state));
  return completed;
}

function completeItem(
  context: ExecutionContext,
  field: FieldPlan,
  item: ValuePlan,
  listPath: Path,
  result: unknown,
  index: number,
  state: ListState,
): unknown {
  const path = addPath(listPath, index, undefined);
  try {
    const completed = isPromise(result)
      ? thenComplete(context, field, item, path, result)
      : completeValue(context, field, item, path, result);
    if (!isPromise(completed)) return completed;
    state.hasPromise = true;
    return catchFieldError(context, field, item, path, completed);
  } catch (error) {
    return handleFieldError(context, field, item, path, error);
  }
}

function isIterable(value: object): value is Iterable<unknown> {
  return typeof (value as { [Symbol.iterator]?: unknown })[Symbol.iterator] === 'function';
}

function isPlainArray(value: Iterable<unknown>): value is readonly unknown[] {
  return Array.isArray(value) && value[Symbol.iterator] === Array.prototype[Symbol.iterator];
}

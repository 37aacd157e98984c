import {
  type DocumentNode,
  execute as executeGraphql,
  type ExecutionArgs,
  type ExecutionResult,
  type FieldNode,
  getOperationAST,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';
import { createIntrospectionSchemas } from './introspection-schema.ts';
import { type NulledFields, withDecision } from './nulled-fields.ts';
import type { Policy } from './policy.ts';
import { type SplitDocument, splitIntrospection } from './split-introspection.ts';
import type { AccessViewer } from './access-viewer.ts';

/** The arguments of graphql-js's `execute` without the schema, which the policy provides. */
export type ExecuteArgs = Omit<ExecutionArgs, 'schema'>;

type Data = Record<string, unknown>;
type Path = readonly (string | number)[];
/** A value, or a promise of it. */
export type Awaitable<T> = T | PromiseLike<T>;

/**
 * Returns a function that executes operations which `authorize` has allowed: data on the policy's schema, `__schema`
 * and `__type` on the schema that `createIntrospectionSchemas` returns for the viewer.
 *
 * An operation may select both. It is executed with a placeholder for each introspection field, so that resolvers,
 * defaults, enum values and scalars are always those of the policy's schema. The introspection fields are then executed
 * on the viewer's schema and replace the placeholders.
 * Fields with `onRefusal: NULL` run only by the `nulled` of the decision.
 * @param execute executes an operation on the policy's schema. Default: graphql-js's `execute`
 */
export function createExecute(
  policy: Policy,
  execute: (args: ExecutionArgs) => Awaitable<ExecutionResult> = executeGraphql,
): (args: ExecuteArgs, viewer: AccessViewer | null, nulled?: NulledFields) => Awaitable<ExecutionResult> {
  const schemaFor = createIntrospectionSchemas(policy);
  const splits = new WeakMap<DocumentNode, SplitDocument | 'no introspection'>();

  return (args, viewer, nulled) => {
    const split = splitOf(args.document);
    const source = split === 'no introspection' ? args.document : split.document;
    const document = withDecision(source, args.operationName, nulled);
    if (split === 'no introspection') return execute({ ...args, schema: policy.schema, document });
    const viewerSchema = schemaFor(viewer);
    const complete = (result: ExecutionResult) => withIntrospection(result, split, args, viewerSchema);
    const result = execute({ ...args, schema: policy.schema, document });
    return 'then' in result ? result.then(complete) : complete(result);
  };

  function splitOf(document: DocumentNode): SplitDocument | 'no introspection' {
    const cached = splits.get(document);
    if (cached !== undefined) return cached;
    const split = splitIntrospection(document) ?? 'no introspection';
    splits.set(document, split);
    return split;
  }
}

/** Replaces the placeholders in a result by the introspection fields, executed on `schema`. */
function withIntrospection(
  result: ExecutionResult,
  split: SplitDocument,
  { document, operationName, variableValues }: ExecuteArgs,
  schema: GraphQLSchema,
): ExecutionResult {
  const operation = getOperationAST(split.document, operationName);
  if (result.data == null || !operation) return result;
  const errors = [...(result.errors ?? [])];
  let introspectionFailed = false;
  const data = replacePlaceholders(result.data, [operation.selectionSet], []) as Data;
  return { ...result, ...(errors.length > 0 && { errors }), data: introspectionFailed ? null : data };

  /** @param selectionSets those that may have produced the value */
  function replacePlaceholders(value: unknown, selectionSets: readonly SelectionSetNode[], path: Path): unknown {
    if (Array.isArray(value))
      return value.map((item: unknown, index) => replacePlaceholders(item, selectionSets, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    const below = selectionSetsBelow(split, selectionSets);
    const introspection = introspect(Object.keys(value), path);
    const object: Data = Object.create(null) as Data;
    for (const [key, inner] of Object.entries(value)) {
      const field = split.fieldBehind(key);
      const under = below.get(key);
      if (field !== undefined) object[responseKeyOf(field)] = introspection[responseKeyOf(field)];
      else object[key] = under === undefined ? inner : replacePlaceholders(inner, under, [...path, key]);
    }
    return object;
  }

  /** Executes the introspection fields of one object; returns their values by response key. */
  function introspect(keys: readonly string[], path: Path): Data {
    const fields = keys.flatMap((key) => split.fieldBehind(key) ?? []);
    if (fields.length === 0) return {};
    const introspectionResult = executeGraphql({
      schema,
      document: introspectionOf(document, operation as OperationDefinitionNode, fields),
      variableValues,
    }) as ExecutionResult<Data>;
    for (const error of introspectionResult.errors ?? []) errors.push(prefixPath(path, error));
    // Only `__schema` is non-null, and only an error of this server can make it fail: the whole data becomes null.
    if (introspectionResult.data == null) introspectionFailed = true;
    return introspectionResult.data ?? {};
  }
}

/**
 * Returns, by response key, the selection sets below an object that contain placeholders. Type conditions can be
 * ignored: validation makes a response key either an object on every type or on none, and only placeholders that are in
 * the result are replaced.
 */
function selectionSetsBelow(
  { fragments, holders }: SplitDocument,
  selectionSets: readonly SelectionSetNode[],
): ReadonlyMap<string, readonly SelectionSetNode[]> {
  const below = new Map<string, SelectionSetNode[]>();
  const entered = new Set<SelectionSetNode>();
  const enter = (selectionSet: SelectionSetNode | undefined) => {
    if (selectionSet === undefined || !holders.has(selectionSet) || entered.has(selectionSet)) return;
    entered.add(selectionSet);
    for (const selection of selectionSet.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) enter(fragments.get(selection.name.value)?.selectionSet);
      else if (selection.kind === Kind.INLINE_FRAGMENT) enter(selection.selectionSet);
      else if (selection.selectionSet && holders.has(selection.selectionSet)) {
        const key = responseKeyOf(selection);
        const siblings = below.get(key);
        if (siblings === undefined) below.set(key, [selection.selectionSet]);
        else siblings.push(selection.selectionSet);
      }
    }
  };
  for (const selectionSet of selectionSets) enter(selectionSet);
  return below;
}

/** Returns a query of the given introspection fields, with the document's fragments. */
function introspectionOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  fields: readonly FieldNode[],
): DocumentNode {
  const query: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    // The types of introspection's arguments and conditions. Other types may be hidden from this viewer.
    variableDefinitions: (operation.variableDefinitions ?? []).filter(({ type }) =>
      ['String', 'Boolean'].includes(nameOf(type)),
    ),
    selectionSet: { kind: Kind.SELECTION_SET, selections: fields },
  };
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return { kind: Kind.DOCUMENT, definitions: [query, ...fragments] };
}

function responseKeyOf({ alias, name }: FieldNode): string {
  return (alias ?? name).value;
}

function nameOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);
}

/** Returns an error of an introspection field with the path of its object put before its own. */
function prefixPath(path: Path, error: GraphQLError): GraphQLError {
  const { message, nodes, extensions, originalError } = error;
  return new GraphQLError(message, {
    ...(nodes && { nodes }),
    path: [...path, ...(error.path ?? [])],
    extensions,
    ...(originalError && { originalError }),
  });
}

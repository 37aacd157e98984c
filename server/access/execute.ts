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
import type { Policy } from './policy.ts';
import { type SplitDocument, splitIntrospection } from './split-introspection.ts';
import type { AccessViewer } from './access-viewer.ts';

/** What graphql-js's `execute` takes, but for the schema: the policy has it. */
export type ExecuteArgs = Omit<ExecutionArgs, 'schema'>;

type Data = Record<string, unknown>;
type Path = readonly (string | number)[];
/** A result, or one that is awaited. */
type Awaitable<T> = T | PromiseLike<T>;

/**
 * Returns the function that executes operations which `judge` has allowed: all data on the policy's own schema, and
 * `__schema` and `__type` on the schema that `createIntrospection` makes for the viewer.
 *
 * An operation may ask for both. It is executed with a placeholder for each introspection field, so that resolvers,
 * defaults, enum values and scalars are those of the real schema whatever stands beside them. The introspection fields
 * are then executed on the viewer's schema and put in their places. Where that fails, the placeholder says nothing.
 * @param execute executes the operation on the policy's schema; graphql-js's `execute` by default
 */
export function createExecute(
  policy: Policy,
  execute: (args: ExecutionArgs) => Awaitable<ExecutionResult> = executeGraphql,
): (args: ExecuteArgs, viewer: AccessViewer | null) => Awaitable<ExecutionResult> {
  const schemaFor = createIntrospectionSchemas(policy);
  const splits = new WeakMap<DocumentNode, SplitDocument | 'whole'>();

  return (args, viewer) => {
    const split = splitOf(args.document);
    if (split === 'whole') return execute({ ...args, schema: policy.schema });
    const shown = schemaFor(viewer);
    const complete = (result: ExecutionResult) => withIntrospection(result, split, args, shown);
    const result = execute({ ...args, schema: policy.schema, document: split.document });
    return 'then' in result ? result.then(complete) : complete(result);
  };

  function splitOf(document: DocumentNode): SplitDocument | 'whole' {
    const known = splits.get(document);
    if (known !== undefined) return known;
    const split = splitIntrospection(document) ?? 'whole';
    splits.set(document, split);
    return split;
  }
}

/** Puts the introspection fields in the places that are held for them. */
function withIntrospection(
  result: ExecutionResult,
  split: SplitDocument,
  { document, operationName, variableValues }: ExecuteArgs,
  schema: GraphQLSchema,
): ExecutionResult {
  const operation = getOperationAST(split.document, operationName);
  if (result.data == null || !operation) return result;
  const errors = [...(result.errors ?? [])];
  let isWhole = true;
  const data = completed(result.data, [operation.selectionSet], []) as Data;
  return { ...result, ...(errors.length > 0 && { errors }), data: isWhole ? data : null };

  /** A value of the result, with the selection sets that it may have been made by. */
  function completed(value: unknown, selectionSets: readonly SelectionSetNode[], path: Path): unknown {
    if (Array.isArray(value))
      return value.map((item: unknown, index) => completed(item, selectionSets, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    const below = selectionSetsBelow(split, selectionSets);
    const answers = introspected(Object.keys(value), path);
    const object: Data = Object.create(null) as Data;
    for (const [key, inner] of Object.entries(value)) {
      const field = split.fieldBehind(key);
      const under = below.get(key);
      if (field !== undefined) object[responseKeyOf(field)] = answers[responseKeyOf(field)];
      else object[key] = under === undefined ? inner : completed(inner, under, [...path, key]);
    }
    return object;
  }

  /** The answers to the introspection fields of one object, by response key. */
  function introspected(keys: readonly string[], path: Path): Data {
    const fields = keys.flatMap((key) => split.fieldBehind(key) ?? []);
    if (fields.length === 0) return {};
    const answer = executeGraphql({
      schema,
      document: introspectionOf(document, operation as OperationDefinitionNode, fields),
      variableValues,
    }) as ExecutionResult<Data>;
    for (const error of answer.errors ?? []) errors.push(at(path, error));
    // Only `__schema` cannot be null, and it fails by a fault of this server alone: then no data leaves at all.
    if (answer.data == null) isWhole = false;
    return answer.data ?? {};
  }
}

/**
 * By response key, the selection sets below an object that hold placeholders. Type conditions are not asked: a response
 * key is one of objects on every type or on none, and where no placeholder came out nothing is put.
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
        const known = below.get(key);
        if (known === undefined) below.set(key, [selection.selectionSet]);
        else known.push(selection.selectionSet);
      }
    }
  };
  for (const selectionSet of selectionSets) enter(selectionSet);
  return below;
}

/** A query for some introspection fields, as the document has them. */
function introspectionOf(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  fields: readonly FieldNode[],
): DocumentNode {
  const query: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: OperationTypeNode.QUERY,
    // What introspection's arguments and conditions take. Other types may be hidden from this viewer.
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

/** An error of an introspection field, where its object stands. */
function at(path: Path, error: GraphQLError): GraphQLError {
  const { message, nodes, extensions, originalError } = error;
  return new GraphQLError(message, {
    ...(nodes && { nodes }),
    path: [...path, ...(error.path ?? [])],
    extensions,
    ...(originalError && { originalError }),
  });
}

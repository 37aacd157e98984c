import {
  type FieldNode,
  getNamedType,
  getNullableType,
  getOperationAST,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  GraphQLError,
  isAbstractType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  parse,
  type SelectionNode,
  validate,
} from 'graphql';
import { authorize } from '../authorize.ts';
import { checkSchema } from '../check-schema.ts';
import { SHOWN_IDS } from '../diff/required-values.ts';
import { type Answer, SHOWN_NOW, type ShownRequest, viewerOf } from '../diff/shown-request.ts';
import { createExecute } from '../execute.ts';
import { guardSchema } from '../guard.ts';
import { isNulledFieldError } from '../nulled-fields.ts';
import { createPlanner } from '../operation-planner.ts';
import { createTestSchema } from '../test-harness.ts';

type Row = Readonly<Record<string, unknown>>;
interface Context {
  readonly request: ShownRequest;
  breaches: number;
}

/**
 * Returns a function that sends a shown request through the whole engine with this schema, and returns the answer. Every
 * object is the caller's own except the target, whose owner fields hold the caller's id only if the request says so.
 */
export function createShownRequestServer(sdl: string): (request: ShownRequest) => Promise<Answer> {
  const schema = createTestSchema(sdl);
  const resolve: GraphQLFieldResolver<Row, Context> = (
    source,
    _args,
    { request },
    { returnType, fieldNodes, fieldName },
  ) => {
    const result = getNamedType(returnType);
    if (!isCompositeType(result)) return source[fieldName] ?? 1;
    const { condition, selected } = onlySelection(fieldNodes[0]);
    const [member] = isAbstractType(result) ? schema.getPossibleTypes(result) : [result];
    const type = condition ?? member?.name;
    // An interface that no type implements.
    if (type === undefined) return isListType(getNullableType(returnType)) ? [] : null;
    return inLists(returnType, rowOf(request, type, selected));
  };
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type) && !type.name.startsWith('__'))
      for (const field of Object.values(type.getFields())) field.resolve = resolve;

  const policy = checkSchema(schema);
  guardSchema<Context>(policy, {
    viewerOf: ({ request }) => viewerOf(request),
    onBreach: (_breach, context) => void context.breaches++,
  });
  const execute = createExecute(policy);
  const planner = createPlanner(policy);

  return async (request) => {
    const { variables } = request;
    const viewer = viewerOf(request);
    const document = parse(request.operation);
    const operation = getOperationAST(document);
    if (operation == null || validate(schema, document).length > 0) return 'not valid';
    const plan = planner(document, operation, variables);
    const decision = authorize(policy, plan, operation, variables, viewer, SHOWN_NOW);
    if (decision.kind === 'refused') return decision.refusals[0]?.reason ?? 'FORBIDDEN';
    if (decision.kind === 'invalid') return 'not valid';
    const contextValue: Context = { request, breaches: 0 };
    const [selected] = operation.selectionSet.selections;
    const rootValue = rowOf(request, schema.getRootType(operation.operation)?.name ?? '', selected);
    const args = { document, variableValues: variables, rootValue, contextValue };
    const { errors } = await execute(args, viewer, decision.nulled);
    if (contextValue.breaches > 0) return 'no rows';
    const [error] = errors ?? [];
    if (error && isNulledFieldError(error)) return 'null';
    if (error?.extensions['code'] === 'FORBIDDEN') return 'withheld';
    // Null where an interface has no type: the engine allowed it.
    if (error === undefined || error.message.startsWith('Cannot return null for non-nullable field')) return 'allowed';
    throw new GraphQLError(`The server of the test failed: ${error.message}`, { originalError: error });
  };
}

function rowOf({ target, owns }: ShownRequest, type: string, selected: SelectionNode | undefined): Row {
  const [targetType, targetField = '__typename'] = target.split(/[.(]/);
  const isTarget =
    owns !== null &&
    type === targetType &&
    selected?.kind === Kind.FIELD &&
    selected.name.value === targetField &&
    isLast(selected);
  const ownerOf = (field: string) => (!isTarget || owns.includes(field) ? SHOWN_IDS.caller : SHOWN_IDS.other);
  const owners = ['userId', 'by', 'maybe'].map((field) => [field, ownerOf(field)]);
  return { __typename: type, id: 'x', size: 1, tags: ['x'], ...Object.fromEntries(owners) };
}

/** Returns the one selection of a field of a shown request, and the type of the fragment that it is in. */
function onlySelection(node: FieldNode | undefined) {
  const [first] = node?.selectionSet?.selections ?? [];
  if (first?.kind !== Kind.INLINE_FRAGMENT) return { condition: undefined, selected: first };
  return { condition: first.typeCondition?.name.value, selected: first.selectionSet.selections[0] };
}

/** Whether a field selects no other field than `__typename`. */
function isLast(node: FieldNode): boolean {
  const { selected } = onlySelection(node);
  return selected === undefined || (selected.kind === Kind.FIELD && selected.name.value === '__typename');
}

function inLists(type: GraphQLOutputType, row: Row): unknown {
  if (isNonNullType(type)) return inLists(type.ofType, row);
  return isListType(type) ? [inLists(type.ofType, row)] : row;
}

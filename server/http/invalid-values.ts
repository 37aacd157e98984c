import {
  type ASTNode,
  coerceInputValue,
  type DocumentNode,
  getNullableType,
  type GraphQLInputType,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  TypeInfo,
  type ValueNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { InputRule } from '../errors.ts';
import { argumentPath, variablePaths } from './argument-path.ts';
import { leafRule, missingFields, type ViolatedRule } from './violated-rule.ts';

/** A value of a request that is not valid. */
export interface InvalidValue {
  /** Its path in the arguments, such as `input.title`. */
  readonly field: string;
  readonly rule: InputRule;
}

/** An operation with the variables that the client sent. */
export interface OperationInput {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Returns the invalid variables of an operation, in the order in which graphql-js's `getVariableValues` reports them. Its
 * errors have the path only as part of their message, with the name of the variable in place of the argument.
 * @param limit the most values to return
 */
export function invalidVariables(
  schema: GraphQLSchema,
  { document, operation, variables }: OperationInput,
  limit: number,
): readonly InvalidValue[] {
  const found: InvalidValue[] = [];
  const paths = variablePaths(document, operation);
  for (const { variable, type: typeNode, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    const type = typeFromAST(schema, typeNode);
    const add = ({ rule, inside = [] }: ViolatedRule) => {
      if (found.length < limit) found.push({ field: [...(paths.get(name) ?? []), ...inside].join('.'), rule });
    };
    if (!isInputType(type) || found.length >= limit) continue;
    const isGiven = Object.hasOwn(variables, name);
    if (!isGiven || (variables[name] === null && isNonNullType(type))) {
      if (isNonNullType(type) && (isGiven || defaultValue === undefined))
        add({ rule: isGiven ? 'notNull' : 'required' });
    } else for (const violated of violatedRules(variables[name], type)) add(violated);
  }
  return found;
}

/** Returns the rules that a variable's value violates, by coercing it again. */
function violatedRules(variable: unknown, type: GraphQLInputType): readonly ViolatedRule[] {
  /** By object: the rules of its missing and its unknown fields, which graphql-js reports one by one in this order. */
  const ofFields = new Map<unknown, ViolatedRule[]>();
  const violated: ViolatedRule[] = [];
  coerceInputValue(
    variable,
    type,
    (path, value) => {
      const at = typeAt(type, path);
      const { rule, inside = [] } = nextRule(ofFields, value, at);
      violated.push({ rule, inside: [...path.map(String), ...inside] });
    },
    true,
  );
  return violated;
}

function nextRule(
  ofFields: Map<unknown, ViolatedRule[]>,
  value: unknown,
  type: GraphQLInputType | undefined,
): ViolatedRule {
  if (value == null) return { rule: 'notNull' };
  const isObject = typeof value === 'object' && !Array.isArray(value);
  if (isObject && !ofFields.has(value)) ofFields.set(value, fieldRules(value, type));
  const next = isObject ? ofFields.get(value)?.shift() : undefined;
  return next ?? { rule: leafRule(type, typeof value === 'string', isObject) };
}

function fieldRules(value: object, type: GraphQLInputType | undefined): ViolatedRule[] {
  const nullable = getNullableType(type);
  if (!isInputObjectType(nullable)) return [];
  const names = Object.keys(value);
  const defined = nullable.getFields();
  return [
    ...missingFields(nullable, names).map((name): ViolatedRule => ({ rule: 'required', inside: [name] })),
    ...names.flatMap((name): ViolatedRule[] =>
      Object.hasOwn(defined, name) ? [] : [{ rule: 'unknownField', inside: [name] }],
    ),
  ];
}

function typeAt(
  type: GraphQLInputType | undefined,
  [key, ...rest]: readonly (string | number)[],
): GraphQLInputType | undefined {
  if (key === undefined) return type;
  const nullable = getNullableType(type);
  if (isListType(nullable)) return typeAt(nullable.ofType as GraphQLInputType, rest);
  return isInputObjectType(nullable) ? typeAt(nullable.getFields()[key]?.type, rest) : undefined;
}

/**
 * Returns the variables that are null or absent where null is not allowed, by the values that they are or are part of. The
 * definition of a variable with a default may be nullable in such a position; graphql-js notices its null only when it
 * reads the argument: once for each object of a list, hence one pass for all.
 */
export function misplacedNulls(
  schema: GraphQLSchema,
  { document, variables }: Omit<OperationInput, 'operation'>,
): ReadonlyMap<ASTNode, InvalidValue> {
  const typeInfo = new TypeInfo(schema);
  const found = new Map<ASTNode, InvalidValue>();
  visit(
    document,
    visitWithTypeInfo(typeInfo, {
      VariableDefinition: () => false,
      Variable(node, _key, parent, keys, ancestors) {
        const value = Object.hasOwn(variables, node.name.value) ? variables[node.name.value] : undefined;
        if (value != null || !isNonNullType(typeInfo.getInputType())) return;
        const field = argumentPath(document, keys).join('.');
        for (const around of [node, parent, ...ancestors])
          if (isValue(around) && !found.has(around))
            found.set(around, { field, rule: value === null ? 'notNull' : 'required' });
      },
    }),
  );
  return found;
}

function isValue(node: ASTNode | readonly ASTNode[] | undefined): node is ValueNode {
  return (
    node !== undefined && 'kind' in node && [Kind.VARIABLE, Kind.OBJECT, Kind.LIST].some((kind) => kind === node.kind)
  );
}

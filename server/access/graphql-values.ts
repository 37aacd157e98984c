import * as graphql from 'graphql';

/*
 * Values as graphql 16 and 17 hold them: the only file that knows the difference. The types are those of 16. A value
 * that is read in the wrong form must not count as left out: an owner argument that is left out stands for the viewer.
 */

/** The variables of a request, coerced, in the form that `coerceArguments` takes. */
export type CoercedVariables = NonNullable<Parameters<typeof graphql.getArgumentValues>[2]>;

type CoercionResult =
  | { readonly errors: readonly graphql.GraphQLError[] }
  | { readonly errors?: undefined; readonly variables: CoercedVariables };

/** What `getVariableValues` returns: 16 the values as `coerced`, 17 the values with their sources as `variableValues`. */
interface VariableValuesResult {
  readonly errors?: readonly graphql.GraphQLError[];
  readonly coerced?: CoercedVariables;
  readonly variableValues?: CoercedVariables;
}

/** Coerces the variables of an operation to their types. */
export function coerceVariables(
  schema: graphql.GraphQLSchema,
  operation: graphql.OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): CoercionResult {
  const result: VariableValuesResult = graphql.getVariableValues(
    schema,
    operation.variableDefinitions ?? [],
    variables,
    { maxErrors: 50, hideSuggestions: true },
  );
  // Coercion is recursive: 16 returns the RangeError of a value that is nested deeper than the stack as an error.
  if (result.errors)
    return { errors: result.errors.map((error) => (error instanceof RangeError ? nestedTooDeep() : error)) };
  const coerced = result.variableValues ?? result.coerced;
  if (coerced === undefined) throw new Error('getVariableValues of graphql returned neither values nor errors.');
  return { variables: coerced };
}

function nestedTooDeep(): graphql.GraphQLError {
  return new graphql.GraphQLError('A variable is nested too deep.');
}

/**
 * Coerces the arguments of a field. Those that are left out are not in the result, unless they have a default value.
 * @throws {graphql.GraphQLError} if an argument cannot be coerced to its type
 */
export function coerceArguments(
  field: graphql.GraphQLField<unknown, unknown>,
  node: graphql.FieldNode,
  variables: CoercedVariables,
): Readonly<Record<string, unknown>> {
  return graphql.getArgumentValues(field, node, variables);
}

/** Returns a literal as execution would coerce it; undefined if it is not valid for the type. */
export function coerceLiteral(literal: graphql.ConstValueNode, type: graphql.GraphQLInputType): unknown {
  const { coerceInputLiteral } = graphql as { readonly coerceInputLiteral?: typeof graphql.valueFromAST };
  return (coerceInputLiteral ?? graphql.valueFromAST)(literal, type);
}

/** An argument or input field of 17, where `default` holds what 16 has in `defaultValue`. */
interface InputOf17 {
  readonly default?: { readonly literal?: graphql.ConstValueNode; readonly value?: unknown };
}
type InputDefault = Pick<graphql.GraphQLArgument, 'defaultValue'>;

/**
 * Returns the default value of an argument or input field; undefined if it has none. 16 coerces a default in SDL when it
 * builds the schema; 17 keeps it as written, without the default values of fields inside it.
 */
export function defaultValueOf(input: InputDefault): unknown {
  const { default: written } = input as InputOf17;
  if (written === undefined) return input.defaultValue;
  return written.literal === undefined ? written.value : graphql.valueFromASTUntyped(written.literal);
}

/** Returns the part of the configuration of an argument or input field that gives a copy the same default value. */
export function defaultConfigOf(input: InputDefault): Pick<graphql.GraphQLInputFieldConfig, 'defaultValue'> {
  const { default: written } = input as InputOf17;
  return written === undefined ? { defaultValue: input.defaultValue } : ({ default: written } as object);
}

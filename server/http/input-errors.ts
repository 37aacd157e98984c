import { type ASTNode, GraphQLError, type GraphQLSchema, Kind } from 'graphql';
import { requestError } from '../errors.ts';
import { type InvalidValue, invalidVariables, misplacedNulls, type OperationInput } from './invalid-values.ts';

/** Returns the errors of a request whose variables or arguments cannot be coerced to their types, with field and rule. */
export function inputErrors(
  schema: GraphQLSchema,
  input: OperationInput,
  errors: readonly GraphQLError[],
): readonly GraphQLError[] {
  const invalid = invalidVariables(schema, input, errors.length);
  // Without invalid variables, graphql-js stopped at an argument.
  const nulls = invalid.length === 0 ? misplacedNulls(schema, input) : null;
  return errors.map(({ message, nodes }, index) => {
    // An error without nodes says that there are too many.
    const value = nodes && (nulls === null ? invalid[index] : valueAt(nulls, nodes));
    return requestError('BAD_USER_INPUT', { message, nodes, ...(value && { extensions: { ...value } }) });
  });
}

/**
 * Returns a function that gives an error of execution its code, field and rule if an input caused it: graphql-js finds
 * some invalid inputs only when a field runs, such as null in a variable for a non-null argument.
 */
export function executionErrorCoder(
  schema: GraphQLSchema,
  input: OperationInput,
): (error: GraphQLError) => GraphQLError {
  let nulls: ReadonlyMap<ASTNode, InvalidValue> | undefined;
  return (error) => {
    const cause = error.originalError ?? error;
    const isInputError = cause instanceof GraphQLError && cause.nodes?.some(({ kind }) => kind !== Kind.FIELD);
    if (!isInputError || error.extensions['code'] !== undefined) return error;
    nulls ??= misplacedNulls(schema, input);
    const { message, nodes, path } = error;
    return new GraphQLError(message, {
      ...(nodes && { nodes }),
      ...(path && { path }),
      extensions: { code: 'BAD_USER_INPUT', ...valueAt(nulls, cause.nodes ?? []) },
    });
  };
}

function valueAt(nulls: ReadonlyMap<ASTNode, InvalidValue>, nodes: readonly ASTNode[]): InvalidValue | undefined {
  return nodes.map((node) => nulls.get(node)).find((value) => value !== undefined);
}

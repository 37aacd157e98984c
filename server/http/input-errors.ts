import { GraphQLError, type GraphQLSchema, Kind } from 'graphql';
import { requestError } from '../errors.ts';
import { invalidVariables, misplacedNull, type OperationInput } from './invalid-values.ts';

/** Returns the errors of a request whose variables or arguments cannot be coerced to their types, with field and rule. */
export function inputErrors(
  schema: GraphQLSchema,
  input: OperationInput,
  errors: readonly GraphQLError[],
): readonly GraphQLError[] {
  const invalid = invalidVariables(schema, input, errors.length);
  return errors.map(({ message, nodes }, index) => {
    // An error without nodes says that there are too many. Without invalid variables, graphql-js stopped at an argument.
    const value = nodes && (invalid[index] ?? misplacedNull(schema, input, nodes));
    return requestError('BAD_USER_INPUT', { message, nodes, ...(value && { extensions: { ...value } }) });
  });
}

/** graphql-js finds some invalid inputs only when a field runs: null in a variable for a non-null argument. */
export function withInputErrorCode(schema: GraphQLSchema, input: OperationInput, error: GraphQLError): GraphQLError {
  const cause = error.originalError ?? error;
  const isInputError = cause instanceof GraphQLError && cause.nodes?.some(({ kind }) => kind !== Kind.FIELD);
  if (!isInputError || error.extensions['code'] !== undefined) return error;
  const { message, nodes, path } = error;
  return new GraphQLError(message, {
    ...(nodes && { nodes }),
    ...(path && { path }),
    extensions: { code: 'BAD_USER_INPUT', ...misplacedNull(schema, input, cause.nodes ?? []) },
  });
}

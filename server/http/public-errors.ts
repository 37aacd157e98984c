import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { isPublicCode, PUBLIC_CODES, type PublicCode } from '../errors.ts';

/** Formats an error for the client; as Apollo's option `formatError`. */
export type FormatError = (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError;

/**
 * Returns the function that formats the errors of responses.
 * @param onError called with the code of each error of a response
 */
export function createErrorFormat(onError: (code: PublicCode) => void = () => {}): FormatError {
  return (formatted, error) => {
    const publicError = formatPublicError(formatted, error);
    onError(publicError.extensions?.['code'] as PublicCode);
    return publicError;
  };
}

/**
 * Returns an error with a public code unchanged, and any other as INTERNAL_SERVER_ERROR: its details are only logged. If
 * the parser fails for another reason than a syntax error (its token limit, a stack overflow), the code is TOO_COMPLEX.
 */
export function formatPublicError(formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  const code = formatted.extensions?.['code'];
  // Apollo reports every error of a document without a resolvable operation as OPERATION_RESOLUTION_FAILURE.
  const underlying =
    error instanceof GraphQLError && error.originalError instanceof GraphQLError && error.originalError;
  if (code === 'OPERATION_RESOLUTION_FAILURE' && underlying)
    return { ...formatted, extensions: { code: underlying.extensions['code'] } };
  if (code === 'GRAPHQL_PARSE_FAILED' && !isSyntaxError(formatted.message))
    return { message: PUBLIC_CODES.TOO_COMPLEX.message, extensions: { code: 'TOO_COMPLEX' } };
  if (isPublicCode(code) && code !== 'INTERNAL_SERVER_ERROR') return formatted;
  const { locations, path } = formatted;
  return {
    message: PUBLIC_CODES.INTERNAL_SERVER_ERROR.message,
    ...(locations && { locations }),
    ...(path && { path }),
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  };
}

/** graphql-js reports too many tokens as a syntax error, too; its message would disclose the limit. */
function isSyntaxError(message: string): boolean {
  return message.startsWith('Syntax Error') && !message.startsWith('Syntax Error: Document contains more');
}

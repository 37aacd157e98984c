import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';

/**
 * Returns the code of the API's first error. Apollo Client parses a body of type application/graphql-response+json, or
 * any with status 200; it leaves a 4xx with application/json as text, which is parsed here.
 * @returns undefined without a response of the API, as when it is unavailable
 */
export function errorCode(error: unknown): string | undefined {
  const errors = CombinedGraphQLErrors.is(error) ? error.errors : ServerError.is(error) ? bodyErrors(error) : [];
  const code = errors[0]?.extensions?.code;
  return typeof code === 'string' ? code : undefined;
}

/** Returns the message of the API's first error. */
export function errorMessage(error: unknown): string | undefined {
  if (CombinedGraphQLErrors.is(error)) return error.errors[0]?.message;
  return ServerError.is(error) ? bodyErrors(error)[0]?.message : undefined;
}

interface BodyError {
  readonly message?: string;
  readonly extensions?: { readonly code?: unknown };
}

function bodyErrors({ bodyText }: ServerError): readonly BodyError[] {
  try {
    const body: { errors?: unknown } | null = JSON.parse(bodyText);
    return Array.isArray(body?.errors) ? body.errors : [];
  } catch {
    // The error page of a proxy.
    return [];
  }
}

import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors';

/**
 * The code of the API's first error, in whichever way it came: a body of type application/graphql-response+json, or
 * any with status 200, is parsed by Apollo Client; a 4xx with application/json is left as text.
 * @returns undefined when the API said nothing, as when it is away
 */
export function errorCode(error: unknown): string | undefined {
  const errors = CombinedGraphQLErrors.is(error) ? error.errors : ServerError.is(error) ? bodyErrors(error) : [];
  const code = errors[0]?.extensions?.code;
  return typeof code === 'string' ? code : undefined;
}

/** The message that goes with `errorCode`. */
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
    // A proxy in between may answer with a page of its own.
    return [];
  }
}

import { type ExecutionResult, GraphQLError } from 'graphql';
import { withoutStack } from '../without-stack.ts';
import type { HttpAnswer } from '../protect.ts';

/**
 * Returns the result of an answer. Status and headers of one that is not 200 are in `extensions.http` of each error, from
 * where the server takes and removes them.
 * @param headersOf converts the headers to the form that the server expects
 */
export function resultWithHttp(
  { result, status, headers }: HttpAnswer,
  headersOf: (headers: HttpAnswer['headers']) => unknown,
): ExecutionResult {
  if (status === 200) return result;
  const http = { status, headers: headersOf(headers) };
  const errors = withoutStack(() =>
    (result.errors ?? []).map(
      ({ message, nodes, source, positions, path, originalError, extensions }) =>
        new GraphQLError(message, {
          nodes: nodes ?? null,
          source: source ?? null,
          positions: positions ?? null,
          path: path ?? null,
          originalError: originalError ?? null,
          extensions: { ...extensions, http },
        }),
    ),
  );
  return { ...result, errors };
}

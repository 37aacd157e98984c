/** graphql-http: `createHandler({ ...accessOptions(protection), context })`. */
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { HandlerOptions, Request, Response } from 'graphql-http';
import type { HttpAnswer, ProtectedArgs, Protection } from '../protect.ts';

/**
 * Returns the options with which a handler of graphql-http executes a protected schema. Do not replace them: `execute`
 * decides on each request, and `onOperation` sets the status of the response.
 */
export function accessOptions<Context>(protection: Protection<Context>) {
  const answers = new WeakMap<ExecutionResult, HttpAnswer>();
  return {
    schema: protection.schema,
    async execute(args: ExecutionArgs) {
      const answer = await protection.answer(args as ProtectedArgs<Context>);
      answers.set(answer.result, answer);
      return answer.result;
    },
    onOperation(request: Request<unknown, unknown>, _args: unknown, result: ExecutionResult): Response | undefined {
      const answer = answers.get(result);
      if (answer === undefined || answer.status === 200) return undefined;
      const { status, headers } = answer;
      const type = `${mediaType(request)}; charset=utf-8`;
      return [JSON.stringify(result), { status, statusText: '', headers: { ...headers, 'content-type': type } }];
    },
  } satisfies HandlerOptions;
}

/** Chooses the media type as graphql-http does for every other response: the first of `Accept` that it writes. */
function mediaType({ headers }: Request<unknown, unknown>): string {
  const accept =
    typeof headers.get === 'function' ? headers.get('accept') : (headers as Record<string, unknown>)['accept'];
  const accepted = (typeof accept === 'string' ? accept : '*/*')
    .toLowerCase()
    .split(',')
    .map((range) => range.split(';')[0]?.trim());
  const first = accepted.find((type) => type === RESPONSE_JSON || JSON_RANGES.has(type));
  return first === RESPONSE_JSON ? RESPONSE_JSON : 'application/json';
}

const RESPONSE_JSON = 'application/graphql-response+json';
const JSON_RANGES: ReadonlySet<unknown> = new Set(['application/json', 'application/*', '*/*']);

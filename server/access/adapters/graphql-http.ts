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

function mediaType({ headers }: Request<unknown, unknown>): string {
  const accept =
    typeof headers.get === 'function' ? headers.get('accept') : (headers as Record<string, unknown>)['accept'];
  const types = ['application/graphql-response+json', 'application/json'];
  return types.find((type) => String(accept).includes(type)) ?? 'application/json';
}

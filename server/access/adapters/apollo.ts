/** Apollo Server 5: `new ApolloServer({ gateway: accessGateway(protection) })`. */
import type { ApolloServerOptionsWithGateway } from '@apollo/server';
import type { Protection } from '../protect.ts';
import { resultWithHttp } from './errors-with-http.ts';

type Gateway = ApolloServerOptionsWithGateway<Record<string, unknown>>['gateway'];
type Executed = Awaited<ReturnType<NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>>>;

/**
 * Returns the gateway with which Apollo Server executes a protected schema. A plugin would decide before the execution,
 * and every other plugin could come between; as the executor of a gateway, the decision and the execution are one call.
 * Only there can a request also fail with several errors and without `data`.
 */
export function accessGateway<Context>(protection: Protection<Context>): Gateway {
  return {
    onSchemaLoadOrUpdate(callback) {
      callback({ apiSchema: protection.schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({
      executor: async ({ document, request, context }) => {
        const answer = await protection.answer({
          document,
          operationName: request.operationName ?? null,
          variableValues: request.variables ?? {},
          contextValue: context as Context,
        });
        return resultWithHttp(answer, (headers) => new Map(Object.entries(headers))) as Executed;
      },
    }),
    stop: async () => undefined,
  };
}

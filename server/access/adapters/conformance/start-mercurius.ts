import type { AddressInfo } from 'node:net';
import fastify, { type FastifyPluginAsync, type FastifyRequest } from 'fastify';
import type { DocumentNode, GraphQLSchema } from 'graphql';
import { mercuriusAccess, type MercuriusContext } from '../mercurius.ts';
import { contextOf, type StartServer, type SuiteContext } from './start-server.ts';

/** A hook of Mercurius. */
export type PreExecutionHook = (schema: GraphQLSchema, document: DocumentNode) => Promise<object | void>;

/** The part of Mercurius used here. Its own types would augment Fastify's in the whole repository. */
interface MercuriusPackage {
  readonly default: FastifyPluginAsync<Record<string, unknown>>;
}
/** The API of Mercurius on its app. */
export interface MercuriusApi {
  (source: string, context: object, variables: object | null, operationName?: string): Promise<unknown>;
  addHook(name: 'preExecution', hook: PreExecutionHook): void;
  defineResolvers(resolvers: object): void;
  replaceSchema(schema: GraphQLSchema): void;
  schema: GraphQLSchema;
}
const MERCURIUS: string = 'mercurius';

/** Options of Mercurius, and hooks that are added before and after the adapter's. */
export interface MercuriusSetup {
  readonly options?: Readonly<Record<string, unknown>>;
  readonly before?: PreExecutionHook;
  readonly after?: PreExecutionHook;
  /** Called with the API of Mercurius when the server is ready. */
  onReady?(api: MercuriusApi): void;
}

/** Returns a function that starts Mercurius on Fastify. */
export function startMercurius({ options: more = {}, before, after, onReady }: MercuriusSetup = {}): StartServer {
  return async (schema, options) => {
    const app = fastify();
    const { default: mercurius } = (await import(MERCURIUS)) as MercuriusPackage;
    await app.register(mercurius, {
      schema,
      allowBatchedQueries: true,
      context: (request: FastifyRequest) => ({
        ...contextOf((name) => request.headers[name] as string | undefined),
      }),
      ...more,
    });
    const api = (app as unknown as { readonly graphql: MercuriusApi }).graphql;
    if (before) api.addHook('preExecution', before);
    await app.register(mercuriusAccess<MercuriusContext & SuiteContext>, options);
    await app.ready();
    if (after) api.addHook('preExecution', after);
    onReady?.(api);
    await app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = app.server.address() as AddressInfo;
    return { url: `http://127.0.0.1:${port}/graphql`, stop: () => app.close() };
  };
}

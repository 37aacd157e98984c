import type { RequestListener } from 'node:http';
import type { Plugin } from '@envelop/core';
import type { GraphQLSchema } from 'graphql';
import { protect } from '../../protect.ts';
import { useAccess } from '../envelop.ts';
import { listen } from './listen.ts';
import { contextOf, type StartServer, type SuiteContext } from './start-server.ts';

/** The part of GraphQL Yoga used here. Its own types would augment GraphQLError in the whole repository. */
interface YogaPackage {
  createYoga(options: {
    schema: GraphQLSchema;
    plugins: readonly Plugin[];
    logging: boolean;
    batching: boolean;
    context(initial: { request: Request }): SuiteContext;
  }): RequestListener & { dispose(): Promise<void> };
}
const YOGA: string = 'graphql-yoga';

/** Plugins before and after the adapter's. */
export interface OtherPlugins {
  readonly before?: readonly Plugin[];
  readonly after?: readonly Plugin[];
}

/** Returns a function that starts GraphQL Yoga. */
export function startYoga({ before = [], after = [] }: OtherPlugins = {}): StartServer {
  return async (schema, options) => {
    const { createYoga } = (await import(YOGA)) as YogaPackage;
    const yoga = createYoga({
      schema,
      plugins: [...before, useAccess(protect(schema, options)), ...after],
      logging: false,
      batching: true,
      context: ({ request }) => contextOf((name) => request.headers.get(name)),
    });
    return listen(yoga, () => yoga.dispose());
  };
}

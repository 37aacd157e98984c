/** GraphQL Yoga and Envelop: `plugins: [useAccess(protection)]`. */
import type { Plugin } from '@envelop/core';
import type { GraphQLSchema } from 'graphql';
import type { ProtectedArgs, Protection } from '../protect.ts';
import { resultWithHttp } from './errors-with-http.ts';

/**
 * Returns the plugin with which Yoga or Envelop executes a protected schema: it replaces `execute`. If another plugin
 * replaces it again, no resolver runs (execution-gate.ts).
 */
export function useAccess<Context>(protection: Protection<Context>): Plugin {
  return {
    onSchemaChange({ schema }) {
      if ((schema as GraphQLSchema) !== protection.schema)
        throw new TypeError(
          'The server has another schema than the protected one: give it the schema that protect took.',
        );
    },
    onExecute({ setExecuteFn }) {
      setExecuteFn(async (args) =>
        resultWithHttp(await protection.answer(args as ProtectedArgs<Context>), (headers) => headers),
      );
    },
  };
}

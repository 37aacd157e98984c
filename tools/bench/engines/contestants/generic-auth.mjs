import { envelop, useEngine, useSchema } from '@envelop/core';
import { DIRECTIVE_SDL, REQUIRES_SCOPES_DIRECTIVE_SDL, useGenericAuth } from '@envelop/generic-auth';
import { makeExecutableSchema } from '@graphql-tools/schema';
import { execute, parse, specifiedRules, subscribe, validate } from 'graphql';
import { resolvers, sdl } from './domain.mjs';

const RULES = {
  prelude: DIRECTIVE_SDL + REQUIRES_SCOPES_DIRECTIVE_SDL,
  auth: '@authenticated',
  admin: '@requiresScopes(scopes: [["ADMIN"]])',
};

/** It has no rules on arguments and on rows. */
export function create(isProtected) {
  const Node = { __resolveType: ({ __typename }) => __typename };
  const schema = makeExecutableSchema({ typeDefs: sdl(isProtected ? RULES : {}), resolvers: { ...resolvers, Node } });
  const auth = useGenericAuth({
    mode: 'protect-granular',
    resolveUserFn: ({ viewer }) => viewer,
    extractScopes: (user) => user?.roles ?? [],
  });
  const getEnveloped = envelop({
    plugins: [
      useEngine({ parse, validate, specifiedRules, execute, subscribe }),
      useSchema(schema),
      ...(isProtected ? [auth] : []),
    ],
  });
  const documents = new Map();
  return async (text, variableValues, context, operationName) => {
    const proxy = getEnveloped(context);
    let document = documents.get(text);
    if (document === undefined) {
      document = proxy.parse(text);
      const [error] = proxy.validate(schema, document);
      if (error) throw error;
      documents.set(text, document);
    }
    const contextValue = await proxy.contextFactory();
    return proxy.execute({ schema, document, variableValues, contextValue, operationName });
  };
}

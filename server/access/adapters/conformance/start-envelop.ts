import { envelop, useEngine, useSchema } from '@envelop/core';
import { execute, type ExecutionResult, type GraphQLError, parse, specifiedRules, subscribe, validate } from 'graphql';
import { protect } from '../../protect.ts';
import type { HttpHead } from '../../refusal-http.ts';
import { useAccess } from '../envelop.ts';
import { listenTo, readParameters } from './listen.ts';
import { contextOf, type StartServer } from './start-server.ts';

/** Starts a server of Envelop alone, which sends the status of the first error that has one. */
export const startEnvelop: StartServer = (schema, options) => {
  const getEnveloped = envelop({
    plugins: [
      useEngine({ parse, validate, specifiedRules, execute, subscribe }),
      useSchema(schema),
      useAccess(protect(schema, options)),
    ],
  });
  return listenTo(async (request) => {
    const { query, operationName, variables } = await readParameters(request);
    const proxy = getEnveloped(contextOf((name) => request.headers[name] as string | undefined));
    const document: unknown = proxy.parse(query);
    const errors = proxy.validate(proxy.schema, document) as readonly GraphQLError[];
    if (errors.length > 0) return { status: 400, headers: {}, result: { errors } };
    const contextValue: unknown = await proxy.contextFactory();
    const args = { schema: proxy.schema, document, operationName, variableValues: variables, contextValue };
    const result = (await proxy.execute(args)) as ExecutionResult;
    const head = (result.errors?.[0]?.extensions['http'] ?? { status: 200, headers: {} }) as HttpHead;
    for (const { extensions } of result.errors ?? []) delete extensions['http'];
    return { ...head, result };
  });
};

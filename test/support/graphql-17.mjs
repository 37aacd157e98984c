import { registerHooks } from 'node:module';

/*
 * Every import of `graphql` in this process gets version 17, which is installed beside 16 as `graphql-17`: also those of
 * packages in node_modules, which vitest's alias does not reach. The vitest project `engine-17` starts its workers with
 * it, and by NODE_OPTIONS the programs that tests start.
 */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const [, path] = /^graphql(\/.*)?$/.exec(specifier) ?? [];
    if (specifier !== 'graphql' && path === undefined) return nextResolve(specifier, context);
    return nextResolve(`graphql-17${path ?? ''}`, { ...context, parentURL: import.meta.url });
  },
});

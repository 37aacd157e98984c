import type { Environment } from 'monaco-editor';

/** Loads Monaco's workers from this origin. Bundlers find each worker by its literal URL. */
const environment: Environment = {
  getWorker(_id, label) {
    if (label === 'json')
      return new Worker(new URL('monaco-editor/esm/vs/language/json/json.worker.js', import.meta.url));
    if (label === 'graphql') return new Worker(new URL('monaco-graphql/esm/graphql.worker.js', import.meta.url));
    return new Worker(new URL('monaco-editor/esm/vs/editor/editor.worker.js', import.meta.url));
  },
};

/**
 * Sets up the workers of Monaco, GraphiQL's editor. The same as `graphiql/setup-workers/webpack`, which also writes a line
 * to the console for each worker.
 */
export function setUpWorkers(): void {
  Object.assign(globalThis, { MonacoEnvironment: environment });
}

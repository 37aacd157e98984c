import type { ApolloServerPlugin } from '@apollo/server';
import { execute } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ada } from '../test-harness.ts';
import { UnauthorizedExecutionError } from '../unauthorized-execution.ts';
import { createDocumentChanger, secretDocument } from './conformance/change-document.ts';
import { describeScenarios } from './conformance/describe-scenarios.ts';
import { expectNoSecret } from './conformance/expect-no-secret.ts';
import { scenarioSchema } from './conformance/scenario-schema.ts';
import { startApollo } from './conformance/start-apollo.ts';
import { noAlarms, suiteOptions, type SuiteContext } from './conformance/start-server.ts';

// covers: ENGINE-14
describe('the engine in Apollo Server', () => {
  describeScenarios('Apollo Server', startApollo(), { hasBatches: true });
});

const token = JSON.stringify(ada);
const changeDocument = createDocumentChanger();

/** Plugins that change what is executed at each moment at which Apollo calls one. */
const CHANGES: readonly (readonly [string, ApolloServerPlugin<SuiteContext>])[] = [
  [
    'replaces the document before the execution',
    {
      requestDidStart: async () => ({
        didResolveOperation: async (context) => void Object.assign(context, { document: secretDocument }),
      }),
    },
  ],
  [
    'replaces the document as the execution starts',
    {
      requestDidStart: async () => ({
        executionDidStart: async (context) => void Object.assign(context, { document: secretDocument }),
      }),
    },
  ],
  [
    'adds a field to the cached document',
    {
      requestDidStart: async () => ({
        executionDidStart: async ({ document }) => changeDocument(document),
      }),
    },
  ],
  [
    'executes the schema itself',
    {
      requestDidStart: async () => ({
        responseForOperation: async ({ schema, contextValue }) => ({
          http: { headers: new Map() as never },
          body: {
            kind: 'single',
            singleResult: (await execute({ schema, document: secretDocument, contextValue })) as object,
          },
        }),
      }),
    },
  ],
];

// covers: ENGINE-14
test.each(CHANGES)('in Apollo Server no secret leaves and no resolver runs if a plugin %s', async (_what, plugin) => {
  const { schema, ran } = scenarioSchema();
  const alarms = noAlarms();
  const server = await startApollo(plugin)(schema, suiteOptions(alarms));
  await expectNoSecret(server, token, ran);
  expect(alarms.failures.every((failure) => failure instanceof UnauthorizedExecutionError)).toBe(true);
});

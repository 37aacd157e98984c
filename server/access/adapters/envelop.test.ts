import { envelop, type Plugin, useSchema } from '@envelop/core';
import { type DocumentNode, execute } from 'graphql';
import { describe, expect, test } from 'vitest';
import { ada } from '../test-harness.ts';
import { protect } from '../protect.ts';
import { createDocumentChanger, secretDocument } from './conformance/change-document.ts';
import { describeScenarios } from './conformance/describe-scenarios.ts';
import { expectNoSecret } from './conformance/expect-no-secret.ts';
import { scenarioSchema } from './conformance/scenario-schema.ts';
import { startEnvelop } from './conformance/start-envelop.ts';
import { startYoga } from './conformance/start-yoga.ts';
import { noAlarms, suiteOptions } from './conformance/start-server.ts';
import { useAccess } from './envelop.ts';

// covers: ENGINE-14
describe('the engine in GraphQL Yoga', () => {
  describeScenarios('GraphQL Yoga', startYoga(), { hasBatches: true });
});

// covers: ENGINE-14
describe('the engine in Envelop', () => {
  describeScenarios('Envelop', startEnvelop);
});

const token = JSON.stringify(ada);
const changeDocument = createDocumentChanger();

/** Plugins that change what is executed. */
const CHANGES: readonly (readonly [string, Plugin])[] = [
  ['replaces the document', { onExecute: ({ args }) => void Object.assign(args, { document: secretDocument }) }],
  [
    'replaces the document in a function that it puts around execute',
    {
      onExecute: ({ executeFn, setExecuteFn }) =>
        setExecuteFn((args) => executeFn({ ...args, document: secretDocument }) as unknown),
    },
  ],
  [
    'replaces execute',
    { onExecute: ({ setExecuteFn }) => setExecuteFn((args) => execute({ ...args, document: secretDocument })) },
  ],
  [
    'executes the schema itself',
    {
      onExecute: ({ args, setResultAndStopExecution }) =>
        setResultAndStopExecution(execute({ ...args, document: secretDocument }) as object),
    },
  ],
  [
    'adds a field to the cached document',
    {
      onExecute: ({ args }) => changeDocument(args.document as DocumentNode),
    },
  ],
];

// covers: ENGINE-14
test.each(CHANGES.flatMap(([what, plugin]) => [[what, 'before', plugin] as const, [what, 'after', plugin] as const]))(
  'in Yoga no secret leaves and no resolver runs if a plugin %s, registered %s the adapter',
  async (_what, place, plugin) => {
    const { schema, ran } = scenarioSchema();
    const server = await startYoga({ [place]: [plugin] })(schema, suiteOptions(noAlarms()));
    await expectNoSecret(server, token, ran);
  },
);

// covers: ENGINE-14
test('useAccess refuses at start a schema other than the protected one', () => {
  const access = useAccess(protect(scenarioSchema().schema, suiteOptions(noAlarms())));
  expect(() => envelop({ plugins: [useSchema(scenarioSchema().schema), access] })).toThrow(
    'another schema than the protected one',
  );
});

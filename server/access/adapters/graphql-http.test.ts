import { array, assert, asyncProperty, constantFrom, tuple } from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { describeScenarios } from './conformance/describe-scenarios.ts';
import { scenarioSchema } from './conformance/scenario-schema.ts';
import { startGraphqlHttp } from './conformance/start-graphql-http.ts';
import { noAlarms, suiteOptions } from './conformance/start-server.ts';

// covers: ENGINE-14
describe('the engine in graphql-http', () => {
  describeScenarios('graphql-http', startGraphqlHttp);
});

test('a refusal has the media type that graphql-http gives every other response to the same Accept header', async () => {
  const { url, stop } = await startGraphqlHttp(scenarioSchema().schema, suiteOptions(noAlarms()));
  onTestFinished(async () => void (await stop()));
  const ask = async (query: string, accept: string) => {
    const headers = { accept, 'content-type': 'application/json' };
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query }) });
    await response.arrayBuffer();
    return { status: response.status, type: response.headers.get('content-type') };
  };
  const range = tuple(
    constantFrom(
      'application/graphql-response+json',
      'Application/GraphQL-Response+JSON',
      'application/json',
      'application/*',
      '*/*',
      'text/html',
      'application/json-seq',
    ),
    constantFrom('', ';q=0.5', '; charset=utf-8', ' ; q=1'),
  );
  const header = tuple(array(range, { minLength: 1, maxLength: 4 }), constantFrom(',', ', ', ' , ')).map(
    ([ranges, comma]) => ranges.map((parts) => parts.join('')).join(comma),
  );
  await assert(
    asyncProperty(header, async (accept) => {
      const served = await ask('{ open }', accept);
      const refused = await ask('{ log }', accept);
      expect(refused).toEqual({ ...served, status: served.status === 200 ? 401 : 406 });
    }),
  );
});

import { ApolloClient } from '@apollo/client';
import { parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readManifests } from '../../server/document-manifest.ts';
import { createSeededFixture, type SeededFixture } from '../../test/support/seeded-fixture.ts';
import { startTestApi, type TestApi } from '../../test/support/test-api.ts';
import { signToken } from '../../test/support/test-token.ts';
import { createApolloCache } from './apollo-cache.ts';
import { createApolloLink } from './apollo-link.ts';
import { errorCode } from './error-code.ts';
import { CreateTaskDocument, TasksDocument } from './generated/graphql.ts';

let seeded: SeededFixture;
let api: TestApi;

beforeAll(async () => {
  seeded = await createSeededFixture();
  const trustedDocuments = readManifests([], true);
  api = await startTestApi(seeded.source, 'on', { settings: { OPERATIONS: 'trusted' }, trustedDocuments });
});
afterAll(async () => {
  await api.close();
  await seeded.end();
});

// covers: TRUSTED-01
test('the web client reads and adds tasks of an API with OPERATIONS=trusted, which refuses it other operations', async () => {
  const token = signToken(seeded.bob);
  const link = createApolloLink(`${api.url}/graphql`, { get: async () => token, renew: async () => null });
  const client = new ApolloClient({ link, cache: createApolloCache() });
  const { data: created } = await client.mutate({
    mutation: CreateTaskDocument,
    variables: { input: { title: 'by id' } },
  });
  expect(created?.createTask).toMatchObject({ __typename: 'Task', id: expect.any(String) as string });
  const { data } = await client.query({ query: TasksDocument, variables: { first: 10 } });
  expect(data?.tasks.totalCount).toBe(2);
  const code = await client.query({ query: parse('{ status { ok } }') }).then(() => undefined, errorCode);
  expect(code).toBe('PERSISTED_DOCUMENT_REQUIRED');
});

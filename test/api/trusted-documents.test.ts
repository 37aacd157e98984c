import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { documentIdOf, hashOf, readManifests } from '../../server/document-manifest.ts';
import { DEMO_DOCUMENTS } from '../../tools/supervisor/demo-data.ts';
import { createSeededFixture, type SeededFixture } from '../support/seeded-fixture.ts';
import { MISSING_ID } from './hostile-values.ts';
import { type ApiResponse, comparableText, errorCodes, startTestApi, type TestApi } from '../support/test-api.ts';
import { NOW, signToken } from '../support/test-token.ts';

const MANIFEST = readManifests([], true);
const TASKS = documentIdOf(hashOf('{ tasks(first: 100) { nodes { title } } }'));
const UNKNOWN = documentIdOf(hashOf('{ unknown }'));
const WITHOUT_VARIABLES = Object.entries(MANIFEST).filter(([, text]) => !text.includes('$'));

let seeded: SeededFixture;
/** APIs with OPERATIONS=any and OPERATIONS=trusted. */
let any: TestApi;
let trusted: TestApi;

beforeAll(async () => {
  seeded = await createSeededFixture();
  const start = (OPERATIONS: 'any' | 'trusted') =>
    startTestApi(seeded.source, 'on', { settings: { OPERATIONS }, trustedDocuments: MANIFEST });
  [any, trusted] = [await start('any'), await start('trusted')];
});
afterAll(async () => {
  await any.close();
  await trusted.close();
  await seeded.end();
});

const post = (api: TestApi, body: unknown, token?: string): Promise<ApiResponse> =>
  api.send('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
const asBob = () => signToken(seeded.bob);
const codeOf = async (response: Promise<ApiResponse>) => [(await response).status, ...errorCodes(await response)];

/** Each kind of caller. */
const AUDIENCES: Readonly<Record<string, () => string | undefined>> = {
  anonymous: () => undefined,
  'a user': asBob,
  'another user': () => signToken(seeded.alice),
  'a user with an address that is not verified': () => signToken(seeded.bob, { email_verified: false }),
  'a user who signed in long ago': () => signToken(seeded.bob, { auth_time: NOW - 100_000 }),
  'an administrator': () => signToken(seeded.bob, { role: 'ADMIN' }),
  'a bad token': () => 'a.b.c',
};

/** Values for the variables of a trusted document; none of them changes a row. */
const VARIABLES = {
  first: 5,
  id: MISSING_ID,
  ids: [MISSING_ID],
  taskId: MISSING_ID,
  upper: MISSING_ID,
  lower: MISSING_ID,
  done: true,
  withDescription: true,
  input: { title: '' },
  upperInput: { title: '' },
  lowerInput: { title: '' },
};

/** A response as text, without the time of the answer. */
const withoutTime = (response: ApiResponse) => comparableText(response).replace(/"time":"[^"]+"/, '');

describe.each(['any', 'trusted'] as const)('with OPERATIONS=%s', (mode) => {
  const api = () => (mode === 'any' ? any : trusted);

  // covers: TRUSTED-01
  test('documentId runs the trusted document', async () => {
    const { status, body } = await post(api(), { documentId: TASKS }, asBob());
    expect([status, body?.data]).toEqual([200, { tasks: { nodes: [{ title: "bob's" }] } }]);
  });

  // covers: TRUSTED-03
  test.each(Object.keys(AUDIENCES))('every trusted document answers %s as its text does', async (audience) => {
    expect(Object.keys(MANIFEST).length).toBeGreaterThan(8);
    for (const [documentId, query] of Object.entries(MANIFEST)) {
      if (query.includes('clearTasks')) continue;
      const variables = Object.fromEntries(Object.entries(VARIABLES).filter(([name]) => query.includes(`$${name}`)));
      const token = AUDIENCES[audience]?.();
      const byText = await post(any, { query, variables }, token);
      const byId = await post(api(), { documentId, variables }, token);
      expect(byText.body?.errors?.map(({ extensions }) => extensions['rule']) ?? [], query).not.toContain('required');
      expect(withoutTime(byId), `${documentId} ${query}`).toBe(withoutTime(byText));
    }
  });

  // covers: TRUSTED-04
  test.each([
    UNKNOWN,
    UNKNOWN.toUpperCase(),
    TASKS.slice(0, -1),
    `${TASKS} `,
    TASKS.replace('sha256:', ''),
    TASKS.replace('sha256', 'md5'),
    TASKS.toUpperCase(),
    'custom',
    '',
    '__proto__',
    'constructor',
    'toString',
    'x'.repeat(90_000),
  ])('documentId %.20s… that is unknown is 400 PERSISTED_DOCUMENT_NOT_FOUND', async (documentId) => {
    const response = await post(api(), { documentId }, asBob());
    expect([response.status, errorCodes(response)]).toEqual([400, ['PERSISTED_DOCUMENT_NOT_FOUND']]);
    expect(response.text).not.toContain(documentId === '' ? 'sha256' : documentId.slice(0, 50));
  });

  test.each(['1', 'true', '[]', `["${TASKS}"]`, '{}', '{"toString":1}'])(
    'documentId %s that is no text is 400',
    async (json) => {
      const documentId = JSON.parse(json) as unknown;
      expect(await codeOf(post(api(), { documentId }))).toEqual([400, 'BAD_REQUEST']);
      expect(await codeOf(post(api(), { documentId, query: '{ status { ok } }' }))).toEqual([400, 'BAD_REQUEST']);
    },
  );

  // covers: TRUSTED-04
  test('documentId beside another text is 400, and neither runs', async () => {
    for (const query of ['{ status { ok } }', ' { tasks(first: 100) { nodes { title } } }', '{'])
      expect(await codeOf(post(api(), { documentId: TASKS, query }, asBob()))).toEqual([400, 'BAD_REQUEST']);
    for (const query of ['', 0, false, [], {}, ['{ status { ok } }']])
      expect(await codeOf(post(api(), { documentId: TASKS, query }, asBob()))).toEqual([400, 'BAD_REQUEST']);
  });

  test('documentId beside its own text, or null, runs', async () => {
    for (const query of [MANIFEST[TASKS], null])
      expect(await codeOf(post(api(), { documentId: TASKS, query }, asBob()))).toEqual([200]);
  });

  test('a rejected token is 401 before anything is said about the document', async () => {
    for (const body of [{ documentId: UNKNOWN }, { query: '{ status { ok } }' }, { documentId: 1 }])
      expect(await codeOf(post(api(), body, 'a.b.c'))).toEqual([401, 'UNAUTHENTICATED']);
  });

  test('documentId in the extensions or in the URL is not read', async () => {
    expect(await codeOf(post(api(), { extensions: { documentId: TASKS } }, asBob()))).toEqual([400, 'BAD_REQUEST']);
    const response = await api().send(`/graphql?documentId=${TASKS}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    });
    expect([response.status, ...errorCodes(response)]).toEqual([400, 'BAD_REQUEST']);
  });

  test('a trusted document is parsed once: it is in no cache that other documents could fill', async () => {
    const fill = Array.from({ length: 60 }, (_, index) => `{ status { ok } } #${index}${'x'.repeat(9_000)}`);
    if (mode === 'any') for (const query of fill) await post(api(), { query });
    expect(await codeOf(post(api(), { documentId: TASKS }, asBob()))).toEqual([200]);
  });
});

describe('with OPERATIONS=trusted', () => {
  // covers: TRUSTED-05
  test.each([
    '{ status { ok } }',
    '{ __typename }',
    '{ __schema { types { name } } }',
    '{',
    '#',
    ...Object.values(MANIFEST).flatMap((text) => [`${text} `, `#\n${text}`, text.replace('{', '{\n')]),
    ...WITHOUT_VARIABLES.map(([, text]) => `${text} query Other { status { ok } }`),
  ])('a text that is not trusted is 400 PERSISTED_DOCUMENT_REQUIRED: %.60s', async (query) => {
    for (const token of [undefined, asBob(), signToken(seeded.bob, { role: 'ADMIN' })])
      expect(await codeOf(post(trusted, { query }, token))).toEqual([400, 'PERSISTED_DOCUMENT_REQUIRED']);
  });

  // covers: TRUSTED-05
  test('a text with the extension of persisted queries is refused', async () => {
    const query = '{ status { ok } }';
    const extensions = { persistedQuery: { version: 1, sha256Hash: hashOf(query) } };
    expect(await codeOf(post(trusted, { query, extensions }))).toEqual([400, 'PERSISTED_DOCUMENT_REQUIRED']);
    expect(await codeOf(post(trusted, { extensions }))).toEqual([200, 'PERSISTED_QUERY_NOT_SUPPORTED']);
  });

  test('a text that is byte for byte a trusted document runs', async () => {
    expect(await codeOf(post(trusted, { query: MANIFEST[TASKS] }, asBob()))).toEqual([200]);
  });

  // covers: TRUSTED-06
  test('the demo seed’s documents are trusted', () => {
    for (const text of DEMO_DOCUMENTS) expect(MANIFEST[documentIdOf(hashOf(text))]).toBe(text);
  });
});

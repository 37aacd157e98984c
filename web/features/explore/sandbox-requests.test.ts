import { describe, expect, test } from 'vitest';
import { createRequestHandler } from './sandbox-requests.ts';
import type { OperationText } from './send-request.ts';

const ENDPOINT = 'https://api.example/graphql';

/** A handler whose operations are recorded instead of sent. */
function recordingHandler(answer: () => Promise<{ status: number; body: object }>) {
  const sent: OperationText[] = [];
  const handle = createRequestHandler(ENDPOINT, async (operation) => {
    sent.push(operation);
    return { ...(await answer()), explanation: null };
  });
  return { sent, handle };
}
const ok = async () => ({ status: 200, body: { data: { a: 1 } } });
const body = JSON.stringify({ query: '{ a }', variables: { b: 1 }, operationName: 'A', extensions: { c: 1 } });

describe('createRequestHandler', () => {
  // covers: EXPLORE-05
  test('createRequestHandler sends query, variables and operation name, and nothing else that the frame sets', async () => {
    const { sent, handle } = recordingHandler(ok);
    const options = { method: 'POST', headers: { authorization: 'Bearer of-the-frame' }, credentials: 'include', body };
    const response = await handle(ENDPOINT, options);
    expect(sent).toEqual([{ query: '{ a }', variables: { b: 1 }, operationName: 'A' }]);
    expect([response.status, await response.json()]).toEqual([200, { data: { a: 1 } }]);
  });

  test('createRequestHandler returns the status and errors of a refusal', async () => {
    const refused = { status: 403, body: { errors: [{ message: 'Not authorized.' }] } };
    const response = await recordingHandler(async () => refused).handle(ENDPOINT, { body });
    expect([response.status, await response.json()]).toEqual([403, refused.body]);
  });

  test('createRequestHandler answers 503 if the API does not answer', async () => {
    const { handle } = recordingHandler(() => Promise.reject(new Error('Failed to fetch')));
    expect((await handle(ENDPOINT, { body })).status).toBe(503);
  });

  // covers: EXPLORE-05
  test.each([
    'https://evil.example/graphql',
    'https://api.example.evil.example/graphql',
    'https://api.example@evil.example/graphql',
    'http://api.example/graphql',
    'https://api.example:444/graphql',
    'https://api.example/',
    'https://api.example/graphql/',
    'https://api.example/graphql?x',
    'https://api.example/graphql#x',
    'https://api.example/../graphql',
    'HTTPS://api.example/graphql',
    '//api.example/graphql',
    '/graphql',
    ' https://api.example/graphql',
    '',
  ])('createRequestHandler sends nothing to another URL: %j', async (url) => {
    const { sent, handle } = recordingHandler(ok);
    expect([(await handle(url, { body })).status, sent]).toEqual([400, []]);
  });

  test.each([undefined, '', 'null', '[]', '1', '{}', '{"query":1}', 'not JSON', new FormData()])(
    'createRequestHandler sends no body that is not one operation: %j',
    async (invalid) => {
      const { sent, handle } = recordingHandler(ok);
      expect([(await handle(ENDPOINT, { body: invalid })).status, sent]).toEqual([400, []]);
    },
  );
});

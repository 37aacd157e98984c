import { expect, test } from 'vitest';
import { type HttpResponse, compareResponse } from './compare-response.ts';
import type { Expectation } from './reference-model.ts';
import { ANY_VALUE } from './reference-resolvers.ts';

const HEADERS = { 'cache-control': 'private, no-store' };
const SECRETS = ['m4rk-bob-', 'id-of-bob'];

function answer(body: unknown, status = 200, headers: HttpResponse['headers'] = HEADERS): HttpResponse {
  return { status, headers, text: JSON.stringify(body) };
}

function expected(data: unknown, status = 200, codes: readonly string[] = []): Expectation {
  return { status, codes, data };
}

const refused = (code: string) => ({ errors: [{ message: 'no', extensions: { code } }] });

test('accepts the expected response, with any value where the server makes one', () => {
  const got = answer({ data: { task: { id: 'x', version: 3 } } });
  expect(compareResponse(got, expected({ task: { id: ANY_VALUE, version: 3 } }), '', SECRETS)).toBeNull();
  expect(
    compareResponse(answer(refused('FORBIDDEN'), 403), expected(undefined, 403, ['FORBIDDEN']), '', SECRETS),
  ).toBeNull();
});

test('reports null where the server must make a value', () => {
  expect(compareResponse(answer({ data: { id: null } }), expected({ id: ANY_VALUE }), '', SECRETS)?.kind).toBe(
    'wrong answer',
  );
});

test.each([
  ['in the data', { data: { task: { title: 'm4rk-bob-title' } } }, { task: null }],
  ['in a message', { data: { task: null }, errors: [{ message: 'id-of-bob is not yours' }] }, { task: null }],
])('a secret %s is a leak', (_where, body, data) => {
  expect(compareResponse(answer(body), expected(data), '', SECRETS)?.kind).toBe('leak');
});

test('does not report a leak of a text that the client sent or may see', () => {
  const body = { data: { task: null }, errors: [] };
  expect(
    compareResponse(answer({ ...body, echo: 'id-of-bob' }), expected({ task: null }), 'id-of-bob', SECRETS),
  ).toBeNull();
  const log = { log: ['m4rk-bob-agent'] };
  expect(compareResponse(answer({ data: log }), expected(log), '', SECRETS)).toBeNull();
});

test('distinguishes a false refusal, a missing refusal and a refusal with another code', () => {
  const data = { task: null };
  expect(compareResponse(answer(refused('FORBIDDEN'), 403), expected(data), '', [])?.kind).toBe('false refusal');
  expect(compareResponse(answer({ data }), expected(undefined, 401, ['UNAUTHENTICATED']), '', [])?.kind).toBe(
    'missed refusal',
  );
  const other = compareResponse(
    answer(refused('FORBIDDEN'), 403),
    expected(undefined, 401, ['UNAUTHENTICATED']),
    '',
    [],
  );
  expect(other?.kind).toBe('wrong answer');
});

test.each([
  ['a refusal with data', { ...refused('FORBIDDEN'), data: null }, 403, ['FORBIDDEN'], undefined],
  ['another value', { data: { n: 1 } }, 200, [], { n: 2 }],
  ['one entry more', { data: { n: [1, 2] } }, 200, [], { n: [1] }],
  ['a key more', { data: { n: 1, m: 1 } }, 200, [], { n: 1 }],
  ['a key less', { data: {} }, 200, [], { n: 1 }],
  ['another order', { data: { n: [2, 1] } }, 200, [], { n: [1, 2] }],
])('%s is a wrong answer', (_what, body, status, codes, data) => {
  expect(compareResponse(answer(body, status), expected(data, status, codes), '', [])?.kind).toBe('wrong answer');
});

test('reports status 500 and a body that is not JSON as server errors', () => {
  expect(compareResponse(answer({}, 500), expected({}), '', [])?.kind).toBe('server error');
  expect(compareResponse({ status: 200, headers: HEADERS, text: '<html>' }, expected({}), '', [])?.kind).toBe(
    'server error',
  );
});

test('reports a cacheable response as a leak', () => {
  expect(compareResponse(answer({ data: {} }, 200, {}), expected({}), '', [])?.kind).toBe('leak');
});

import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { PUBLIC_CODES } from '../../server/errors.ts';
import { framingRefusal, overloadRefusal } from './http-refusals.ts';

const request = (name: string, value: string) =>
  ({ httpVersion: '1.1', headers: { [name]: value } }) as unknown as IncomingMessage;

test.each([
  ['a Transfer-Encoding that is not chunked', framingRefusal(request('transfer-encoding', 'gzip'))],
  ['a Content-Encoding', framingRefusal(request('content-encoding', 'gzip'))],
  ['too much for one caller', overloadRefusal('caller')],
  ['too much for the server', overloadRefusal('server')],
])('the refusal of %s has the status that the API promises for its code', (_, refusal) => {
  expect(refusal).not.toBeNull();
  expect(refusal?.status).toBe(PUBLIC_CODES[refusal?.code ?? 'UNAVAILABLE'].status);
});

test('a request that is read as it is, while no limit is reached, has no refusal', () => {
  expect([framingRefusal(request('transfer-encoding', 'chunked')), overloadRefusal(null)]).toEqual([null, null]);
});

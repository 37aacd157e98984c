import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { PUBLIC_CODES } from '../../server/errors.ts';
import { framingRefusal, overloadRefusal } from './http-refusals.ts';

const request = (name: string, value: string) =>
  ({ httpVersion: '1.1', headers: { [name]: value } }) as unknown as IncomingMessage;

test.each([
  ['an unsupported Transfer-Encoding', framingRefusal(request('transfer-encoding', 'gzip'))],
  ['a Content-Encoding', framingRefusal(request('content-encoding', 'gzip'))],
  ['a reached limit of the caller', overloadRefusal('caller')],
  ['a reached limit of the server', overloadRefusal('server')],
])('the refusal for %s has the status of its code in PUBLIC_CODES', (_, refusal) => {
  expect(refusal).not.toBeNull();
  expect(refusal?.status).toBe(PUBLIC_CODES[refusal?.code ?? 'UNAVAILABLE'].status);
});

test('a chunked request while no limit is reached has no refusal', () => {
  expect([framingRefusal(request('transfer-encoding', 'chunked')), overloadRefusal(null)]).toEqual([null, null]);
});

import { afterEach, expect, test, vi } from 'vitest';
import { log } from '../log.ts';
import { clientHeaders, logApiRequest } from './client-headers.ts';

afterEach(() => vi.restoreAllMocks());

// covers: PROC-05
test('clientHeaders returns the address, the User-Agent, the id and the span of a request, and no other header', () => {
  const sent = {
    'x-forwarded-for': '198.51.100.7',
    'user-agent': 'Firefox',
    'x-request-id': '7d444840-9dc0-41d1-b245-5ffdce74fad2',
    traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  };
  const headers = new Headers({ ...sent, cookie: 'session=secret', host: 'x', tracestate: 'a=b' });
  expect(clientHeaders(headers)).toEqual(sent);
});

test('clientHeaders omits what the request does not have', () => {
  expect(clientHeaders(new Headers())).toEqual({});
});

// covers: SEE-09
test.each([
  [
    'one line has both ids of a request that the API gave another id',
    'of-api',
    [{ requestId: 'of-page', apiRequestId: 'of-api' }, 'asked the API'],
  ],
  ['a request with the same id at the API has no line of its own', 'of-page', undefined],
  ['an answer without an id, as of a proxy, has no line', null, undefined],
])('%s', (_, apiRequestId, line) => {
  const info = vi.spyOn(log, 'info').mockReturnValue(undefined);
  const headers = new Headers(apiRequestId === null ? {} : { 'x-request-id': apiRequestId });
  logApiRequest({ 'x-request-id': 'of-page' }, { headers });
  expect(info.mock.lastCall).toEqual(line);
});

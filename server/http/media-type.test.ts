import { expect, test } from 'vitest';
import { mediaTypeFor } from './media-type.ts';

const JSON_TYPE = 'application/json; charset=utf-8';
const RESPONSE_TYPE = 'application/graphql-response+json; charset=utf-8';

test.each([
  [undefined, JSON_TYPE],
  ['*/*', JSON_TYPE],
  ['application/*', JSON_TYPE],
  ['application/json', JSON_TYPE],
  ['APPLICATION/JSON; Charset=UTF-8', JSON_TYPE],
  ['application/graphql-response+json', RESPONSE_TYPE],
  ['application/graphql-response+json; charset=utf-8, application/json;q=0.9', RESPONSE_TYPE],
  ['application/graphql-response+json;q=0.5, application/json', JSON_TYPE],
  ['text/html, */*;q=0.1', JSON_TYPE],
  ['text/html', null],
  ['application/json;q=0', null],
  ['application/json; charset=latin1', null],
  ['', JSON_TYPE],
  ['application/json;charset="UTF-8";q=0.5, text/html', JSON_TYPE],
  [';;;', null],
])('mediaTypeFor(%j) returns %j, uncached and cached', (accept, type) => {
  expect([mediaTypeFor(accept), mediaTypeFor(accept)]).toEqual([type, type]);
});

test('mediaTypeFor returns correct types after a thousand other headers', () => {
  for (let n = 0; n < 1_000; n++) expect(mediaTypeFor(`text/x-${n}, application/json`)).toBe(JSON_TYPE);
  expect(mediaTypeFor('text/html')).toBe(null);
});

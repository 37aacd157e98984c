import { expect, test } from 'vitest';
import { hashOf } from '../document-manifest.ts';
import { documentOfRequest } from './request-document.ts';
import { createTrustedDocuments } from './trusted-documents.ts';

const trusted = createTrustedDocuments({});

test('returns the text of a request and its hash', () => {
  const text = '{ a(x: "😀 \uFFFD") }';
  expect(documentOfRequest({ query: text }, 'any', trusted)).toEqual({ text, hash: hashOf(text) });
});

// covers: ACCESS-24
test.each(['\uD800', '\uDC00', '\uDC00\uD800'])(
  'rejects a text with an unpaired surrogate (case %#), whose hash is that of another document',
  (surrogate) => {
    const query = `{ a(x: "${surrogate}") }`;
    expect(hashOf(query)).toBe(hashOf(query.toWellFormed()));
    expect(() => documentOfRequest({ query }, 'any', trusted)).toThrow(
      expect.objectContaining({
        message: 'Syntax Error: The document has an unpaired surrogate.',
        extensions: expect.objectContaining({ code: 'GRAPHQL_PARSE_FAILED' }),
      }),
    );
  },
);

import { type DocumentNode, GraphQLError } from 'graphql';
import { describe, expect, test } from 'vitest';
import { NO_DEADLINE } from '../data/pg/deadline.ts';
import { documentIdOf, hashOf } from '../document-manifest.ts';
import { createDocumentCache } from './document-cache.ts';
import { createDocumentPreparation } from './document-preparation.ts';
import { createTrustedDocuments } from './trusted-documents.ts';

const TRUSTED = '{ trusted }';
const INVALID = '{ invalid }';

/** Returns a preparation, the documents that it validated, and how often it asked for a turn. */
function preparation() {
  const seen = { validated: [] as DocumentNode[], turns: 0, isProtected: false };
  const errorsOf = (document: DocumentNode) => {
    if (!seen.validated.includes(document)) seen.validated.push(document);
    return document.loc?.source.body === INVALID ? [new GraphQLError('invalid')] : [];
  };
  const documents = createDocumentPreparation({
    errorsOf,
    cache: createDocumentCache({ isValid: (document) => errorsOf(document).length === 0, maxDocumentLength: 100 }),
    trusted: createTrustedDocuments({ [documentIdOf(hashOf(TRUSTED))]: TRUSTED }),
    maxTokens: 20,
    scheduler: {
      schedule: async (_client, work) => {
        seen.turns += 1;
        return work();
      },
      protect() {
        seen.isProtected = true;
        return () => void (seen.isProtected = false);
      },
    },
  });
  const prepare = (text: string) => documents.prepare({ text, hash: hashOf(text) }, () => 'client', NO_DEADLINE);
  /** The key under which Apollo asks for a document: a hash of the schema comes before that of the text. */
  const stored = (text: string) => documents.store.get(`${hashOf('schema')}:${hashOf(text)}`);
  return { seen, prepare, stored };
}

describe('createDocumentPreparation', () => {
  // covers: LIMIT-06
  test('parses a new document in its turn and has it ready for Apollo, a cached one without a turn', async () => {
    const { seen, prepare, stored } = preparation();
    await prepare('{ a }');
    const document = await stored('{ a }');
    expect(document?.loc?.source.body).toBe('{ a }');
    expect(seen.isProtected).toBe(false);
    const { release } = await prepare('{ a }');
    expect(seen.isProtected, 'the request of a known document').toBe(true);
    release();
    expect(seen.isProtected, 'after its end').toBe(false);
    expect(await stored('{ a }')).toBe(document);
    expect(seen.turns).toBe(1);
  });

  // covers: TRUSTED-03
  test('has trusted documents ready at all times, without a turn', async () => {
    const { seen, prepare, stored } = preparation();
    const document = await stored(TRUSTED);
    (await prepare(TRUSTED)).release();
    expect(await stored(TRUSTED)).toBe(document);
    expect(document).toBeDefined();
    expect(seen.turns).toBe(0);
  });

  test.each([
    ['an invalid document', INVALID],
    ['a document too long for the cache', `{ a } #${'x'.repeat(200)}`],
  ])('keeps %s only until the requests that use it have ended', async (_, text) => {
    const { seen, prepare, stored } = preparation();
    const [first, second] = [await prepare(text), await prepare(text)];
    expect(seen.turns).toBe(1);
    expect(seen.validated, 'in its turn, not later by the executor').toHaveLength(1);
    first.release();
    expect(await stored(text)).toBeDefined();
    second.release();
    expect(await stored(text)).toBeUndefined();
  });

  test.each([
    ['a syntax error', '{', /^Syntax Error: Expected Name/],
    ['too many tokens', `{ ${'a '.repeat(30)} }`, /Document contains more \w+ 20 tokens/],
  ])('throws GRAPHQL_PARSE_FAILED for %s, as Apollo does', async (_, text, message) => {
    await expect(preparation().prepare(text)).rejects.toMatchObject({
      message: expect.stringMatching(message) as string,
      locations: [{ line: 1 }],
      extensions: { code: 'GRAPHQL_PARSE_FAILED', http: { status: 400 } },
    });
  });
});

import { buildSchema, type DocumentNode } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_DEADLINE } from '../data/pg/deadline.ts';
import { createApollo } from './apollo-server.ts';
import { COST_LIMITS } from './cost-limits.ts';
import { createDocumentCache } from './document-cache.ts';
import { createDocumentValidator } from './document-validation.ts';
import { createErrorFormat } from './public-errors.ts';
import { createRunOperation } from './run-operation.ts';

/** The documents that reached the executor, in order. */
const executed: DocumentNode[] = [];
let apollo: Awaited<ReturnType<typeof createApollo>>;

beforeAll(async () => {
  const schema = buildSchema('type Query { a: Int }');
  const errorsOf = createDocumentValidator({ schema, introspection: true, limits: COST_LIMITS });
  apollo = await createApollo({
    schema,
    maxTokens: COST_LIMITS.tokens,
    documentStore: createDocumentCache({ isValid: (document) => errorsOf(document).length === 0 }),
    runOperation: createRunOperation({
      schema,
      limits: COST_LIMITS,
      errorsOf,
      async execute({ document }) {
        executed.push(document);
        return { data: { a: 1 } };
      },
      onUnexpected(error) {
        throw error;
      },
    }),
    formatError: createErrorFormat(),
  });
});
afterAll(() => apollo.stop());

async function executedDocument(query: string): Promise<DocumentNode | undefined> {
  executed.length = 0;
  const contextValue = { viewer: null, requestId: 'r', deadline: NO_DEADLINE };
  await apollo.executeOperation({ query }, { contextValue });
  return executed[0];
}

describe('the document cache of Apollo', () => {
  test('parses a repeated document once', async () => {
    const first = await executedDocument('{ a }');
    expect(first).toBeDefined();
    expect(await executedDocument('{ a }')).toBe(first);
  });

  // covers: HTTP-06
  test('does not keep a document with a long comment: thousands of them would fill the memory', async () => {
    const long = `{ a } #${'x'.repeat(90_000)}`;
    const first = await executedDocument(long);
    expect(first).toBeDefined();
    expect(await executedDocument(long)).not.toBe(first);
  });

  test('keeps a valid document while hundreds of invalid ones are refused', async () => {
    const first = await executedDocument('{ kept: a }');
    for (let count = 0; count < 100; count++)
      expect(await executedDocument(`{ ${'b '.repeat(4_000)} x${count} }`.slice(0, 9_000))).toBeUndefined();
    for (let count = 0; count < 100; count++)
      expect(await executedDocument(`{ nothing${count} # ${'x'.repeat(5_000)}\n }`)).toBeUndefined();
    expect(await executedDocument('{ kept: a }')).toBe(first);
  });
});

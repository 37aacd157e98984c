import { buildSchema, type DocumentNode } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_DEADLINE } from '../data/pg/deadline.ts';
import { createApollo } from './apollo-server.ts';

/** What reached the executor, in order. */
const executed: DocumentNode[] = [];
let apollo: Awaited<ReturnType<typeof createApollo>>;

beforeAll(async () => {
  apollo = await createApollo({
    schema: buildSchema('type Query { a: Int }'),
    introspection: true,
    async execute({ document }) {
      executed.push(document);
      return { data: { a: 1 } };
    },
  });
});
afterAll(() => apollo.stop());

async function ask(query: string): Promise<DocumentNode | undefined> {
  executed.length = 0;
  const contextValue = { viewer: null, requestId: 'r', deadline: NO_DEADLINE };
  await apollo.executeOperation({ query }, { contextValue });
  return executed[0];
}

describe('a document', () => {
  test('that comes again is parsed once', async () => {
    const first = await ask('{ a }');
    expect(first).toBeDefined();
    expect(await ask('{ a }')).toBe(first);
  });

  // covers: HTTP-06
  test('that is made long by a comment is not kept: thousands of them would fill the memory', async () => {
    const long = `{ a } #${'x'.repeat(90_000)}`;
    const first = await ask(long);
    expect(first).toBeDefined();
    expect(await ask(long)).not.toBe(first);
  });

  test('is still known after any number that were refused', async () => {
    const first = await ask('{ kept: a }');
    for (let count = 0; count < 100; count++)
      expect(await ask(`{ ${'b '.repeat(4_000)} x${count} }`.slice(0, 9_000))).toBeUndefined();
    for (let count = 0; count < 100; count++)
      expect(await ask(`{ nothing${count} # ${'x'.repeat(5_000)}\n }`)).toBeUndefined();
    expect(await ask('{ kept: a }')).toBe(first);
  });
});

import type { ApolloClient } from '@apollo/client';
import { expect, test } from 'vitest';
import { collectExport } from './collect-export.ts';

interface Asked {
  readonly query: { readonly definitions: readonly { readonly name?: { readonly value: string } }[] };
  readonly variables: { readonly after: string | null };
}

/** An API with these pages of tasks and of events; a missing page is an answer without data. */
function clientOf(pages: Readonly<Record<string, readonly (readonly object[] | undefined)[]>>) {
  const query = async ({ query: { definitions }, variables: { after } }: Asked) => {
    const name = definitions[0]?.name?.value ?? '';
    const index = Number(after ?? 0);
    const nodes = pages[name]?.[index];
    const hasNextPage = index + 1 < (pages[name]?.length ?? 0);
    const list = { nodes, pageInfo: { hasNextPage, endCursor: String(index + 1) } };
    if (nodes === undefined) return { data: undefined };
    return { data: name === 'ExportTasks' ? { tasks: list } : { viewer: { securityEvents: list } } };
  };
  return { query } as unknown as Pick<ApolloClient, 'query'>;
}

// covers: US6.3
test('collectExport reads every page of tasks and events, and omits __typename', async () => {
  const client = clientOf({
    ExportTasks: [[{ __typename: 'Task', id: '1', steps: [{ __typename: 'Step', id: 's' }] }], [{ id: '2' }]],
    SecurityEvents: [[{ id: 'a' }], [{ id: 'b' }], [{ id: 'c' }]],
  });
  const progress: number[] = [];
  const text = await collectExport(client, { user: { id: 'ada' } }, (count) => void progress.push(count));
  expect(JSON.parse(text)).toEqual({
    exportedAt: expect.stringMatching(/^\d{4}-.*Z$/),
    account: { user: { id: 'ada' } },
    tasks: [{ id: '1', steps: [{ id: 's' }] }, { id: '2' }],
    securityEvents: [{ id: 'a' }, { id: 'b' }, { id: 'c' }],
  });
  expect(progress).toEqual([1, 2, 3, 4, 5]);
});

test('collectExport rejects if a page is missing: an incomplete export would look complete', async () => {
  const client = clientOf({ ExportTasks: [[{ id: '1' }], undefined], SecurityEvents: [[]] });
  await expect(collectExport(client, {}, () => undefined)).rejects.toThrow(
    'The API did not return the page of a list.',
  );
});

import { expect, test } from 'vitest';
import { splitDocuments } from './split-documents.ts';

const GENERATED = `import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type OneQuery = { a: string };
export const RowFragmentDoc = {"kind":"Document"} as unknown as DocumentNode<RowFragment, unknown>;
export const OneDocument = {"kind":"Document","a":">;"} as unknown as DocumentNode<OneQuery, OneQueryVariables>;
`;

test('each generated document is a module of its own, which one file exports with the types', () => {
  const { operations, modules } = splitDocuments(GENERATED);
  expect([...modules.keys()]).toEqual(['RowFragmentDoc', 'OneDocument']);
  expect(modules.get('RowFragmentDoc')).toContain(`import type { RowFragment } from '../graphql.ts';`);
  expect(modules.get('OneDocument')).toContain(`import type { OneQuery, OneQueryVariables } from '../graphql.ts';`);
  expect(modules.get('OneDocument')).toContain(
    `export const OneDocument = {"kind":"Document","a":">;"} as unknown as DocumentNode<OneQuery, OneQueryVariables>;`,
  );
  expect(operations).toBe(`export type * from './graphql.ts';
export { RowFragmentDoc } from './documents/RowFragmentDoc.ts';
export { OneDocument } from './documents/OneDocument.ts';
`);
});

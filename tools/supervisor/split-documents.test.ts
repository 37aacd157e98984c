import { expect, test } from 'vitest';
import { splitDocuments } from './split-documents.ts';

const GENERATED = `import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type OneQuery = { a: string };
export const RowFragmentDoc = {"kind":"Document"} as unknown as DocumentNode<RowFragment, unknown>;
export const OneDocument = {"kind":"Document","a":">;"} as unknown as DocumentNode<OneQuery, OneQueryVariables>;
`;

test('each generated document becomes a module of its own, which the generated file re-exports', () => {
  const { index, modules } = splitDocuments(GENERATED);
  expect([...modules.keys()]).toEqual(['RowFragmentDoc', 'OneDocument']);
  expect(modules.get('OneDocument')).toContain(
    `export const OneDocument = {"kind":"Document","a":">;"} as unknown as DocumentNode<OneQuery, OneQueryVariables>;`,
  );
  expect(modules.get('OneDocument')).toContain(`import type { OneQuery, OneQueryVariables } from '../graphql.ts';`);
  expect(modules.get('RowFragmentDoc')).toContain(`import type { RowFragment } from '../graphql.ts';`);
  expect(index).toContain(`export { OneDocument } from './documents/OneDocument.ts';`);
  expect(index).not.toContain('OneDocument =');
});

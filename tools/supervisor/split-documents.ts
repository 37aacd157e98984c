import fs from 'node:fs';
import path from 'node:path';
import { writeFileAtomically } from '../../server/operations/files.ts';
import { inRoot } from '../../server/operations/paths.ts';

const FOLDER = inRoot('web/graphql/generated');
/** The folder of the documents' modules, in `FOLDER`. */
const DOCUMENTS = 'documents';

/** A document as the client preset writes it, in one line; the variables of a fragment are `unknown`. */
const DOCUMENT = /^export const (\w+) = (.+ as unknown as DocumentNode<)(\w+), (\w+)>;$/gm;

/**
 * Splits the file of the client preset, which has the types and all documents: a bundle carries whole modules, so it would
 * send the operations of all pages with each.
 * @param text the preset's `graphql.ts`
 * @returns the text of the module of each document, by its name, and that of `operations.ts`, which exports them and the
 * types
 */
export function splitDocuments(text: string): { readonly operations: string; readonly modules: Map<string, string> } {
  const modules = new Map<string, string>();
  for (const [, name = '', value = '', data = '', variables = ''] of text.matchAll(DOCUMENT)) {
    const types = [data, variables].filter((type) => type !== 'unknown').join(', ');
    modules.set(
      name,
      `import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
import type { ${types} } from '../graphql.ts';
export const ${name} = ${value}${data}, ${variables}>;
`,
    );
  }
  const exports = [...modules.keys()].map((name) => `export { ${name} } from './${DOCUMENTS}/${name}.ts';\n`);
  return { operations: `export type * from './graphql.ts';\n${exports.join('')}`, modules };
}

/** Writes `operations.ts` and the documents' modules beside the file that the client preset has written. */
export function writeOperations(): void {
  const { operations, modules } = splitDocuments(fs.readFileSync(path.join(FOLDER, 'graphql.ts'), 'utf8'));
  const folder = path.join(FOLDER, DOCUMENTS);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, text] of modules) writeFileAtomically(path.join(folder, `${name}.ts`), text, 0o644);
  writeFileAtomically(path.join(FOLDER, 'operations.ts'), operations, 0o644);
}

import fs from 'node:fs';
import path from 'node:path';
import { writeFileAtomically } from '../../server/operations/files.ts';
import { inRoot } from '../../server/operations/paths.ts';

/** The file into which the client preset writes the types and all documents. */
const GENERATED = inRoot('web/graphql/generated/graphql.ts');
const FOLDER = 'documents';

/** A document as the client preset writes it, in one line; the variables of a fragment are `unknown`. */
const DOCUMENT = /^export const (\w+) = (.+ as unknown as DocumentNode<)(\w+), (\w+)>;$/gm;

/** Each module imports it instead. */
const IMPORT = /^import type \{ TypedDocumentNode as DocumentNode \} .+\n/m;

const moduleOf = (name: string) => `./${FOLDER}/${name}.ts`;

/**
 * Splits the generated text: the documents become modules, which it re-exports. A bundle carries whole modules, so one
 * module would send the operations of all pages with each.
 * @returns the text without the documents, and the text of the module of each document
 */
export function splitDocuments(text: string): {
  readonly index: string;
  readonly modules: ReadonlyMap<string, string>;
} {
  const modules = new Map<string, string>();
  const index = text
    .replace(IMPORT, '')
    .replaceAll(DOCUMENT, (_, name: string, value: string, data: string, variables: string) => {
      const types = [data, variables].filter((type) => type !== 'unknown').join(', ');
      modules.set(
        name,
        `import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
import type { ${types} } from '../graphql.ts';
export const ${name} = ${value}${data}, ${variables}>;
`,
      );
      return `export { ${name} } from '${moduleOf(name)}';`;
    });
  return { index, modules };
}

/** Splits the file that the client preset has written. */
export function splitGeneratedDocuments(): void {
  const { index, modules } = splitDocuments(fs.readFileSync(GENERATED, 'utf8'));
  const folder = path.join(path.dirname(GENERATED), FOLDER);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, text] of modules) writeFileAtomically(path.join(folder, `${name}.ts`), text, 0o644);
  writeFileAtomically(GENERATED, index, 0o644);
}

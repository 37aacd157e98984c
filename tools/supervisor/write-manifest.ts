import fs from 'node:fs';
import { documentIdOf, type DocumentManifest, hashOf, MANIFEST_FILE } from '../../server/document-manifest.ts';
import { writeFileAtomically } from '../../server/operations/files.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { DEMO_DOCUMENTS } from './demo-data.ts';

/** The manifest that the client preset writes: the operations of the web client. */
const WEB_MANIFEST = inRoot('web/graphql/generated/persisted-documents.json');

/** Writes the API's manifest: the operations of the web client, and those that `npm start` sends itself. */
export function writeManifest(): void {
  const web = JSON.parse(fs.readFileSync(WEB_MANIFEST, 'utf8')) as DocumentManifest;
  const own = Object.fromEntries(DEMO_DOCUMENTS.map((text) => [documentIdOf(hashOf(text)), text]));
  writeFileAtomically(MANIFEST_FILE, `${JSON.stringify({ ...web, ...own }, null, 2)}\n`, 0o644);
}

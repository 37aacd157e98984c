import fs from 'node:fs';
import path from 'node:path';
import { CLIENTS_FILE, renderClientsDocument } from './render.ts';

/** Exits with 1 if docs/clients.md has drifted from the codes and the example. `npm run codegen` writes it. */
const root = path.resolve(import.meta.dirname, '../..');
if (fs.readFileSync(path.join(root, CLIENTS_FILE), 'utf8') !== renderClientsDocument(root)) {
  process.stderr.write(
    `${CLIENTS_FILE}:1: the document has drifted from the codes and the example: run \`npm run codegen\`.\n`,
  );
  process.exitCode = 1;
}

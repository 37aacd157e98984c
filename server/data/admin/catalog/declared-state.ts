import fs from 'node:fs';
import type { StateEntry } from './declared-catalog.ts';

/**
 * Every object of the schemas `app` and `auth` after all migrations, one per line of `state.jsonl`.
 * test/catalog/state.test.ts compares the file with a migrated database. After a new migration, update the file for
 * review with `npx vitest run test/catalog/state.test.ts -u`.
 */
export const DECLARED_STATE: readonly StateEntry[] = parseState(
  fs.readFileSync(new URL('state.jsonl', import.meta.url), 'utf8'),
);

/** Formats entries as JSON lines. */
export function formatState(entries: readonly StateEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

function parseState(text: string): readonly StateEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StateEntry);
}

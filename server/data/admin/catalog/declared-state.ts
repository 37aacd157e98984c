import fs from 'node:fs';
import type { StateEntry } from './declared-catalog.ts';

/**
 * Every object of the schemas `app` and `auth` that the migrations leave behind, one in a line of `state.jsonl`. The test
 * test/catalog/state.test.ts compares the file with a migrated database. After a new migration this writes it anew, for
 * the review to see what changed: `npx vitest run test/catalog/state.test.ts -u`.
 */
export const DECLARED_STATE: readonly StateEntry[] = parseState(
  fs.readFileSync(new URL('state.jsonl', import.meta.url), 'utf8'),
);

/** Writes entries as lines. */
export function formatState(entries: readonly StateEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
}

function parseState(text: string): readonly StateEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StateEntry);
}

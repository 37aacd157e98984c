import fs from 'node:fs';
import { styleText } from 'node:util';
import { accessMap, type Cell, checkSchema, mapMarkdown, mapText } from '../../access/index.ts';
import { executableSchema } from '../../schema.ts';
import type { Command } from '../command.ts';
import { writing } from '../problem.ts';
import { inRoot } from '../stack/paths.ts';
import { readOptions } from '../options.ts';

/** The map beside the schema, which `--write` writes and a test compares. */
export const MAP_FILE = inRoot('schema', 'access-map.md');
/** What brings it up to date. */
export const WRITE_MAP = 'npm run access -- --write';

/** `npm run access`: who may reach what; for a terminal, as JSON, or into the file that is committed. */
export const map: Command = async ({ args, print }) => {
  const options = { json: { type: 'boolean' }, write: { type: 'boolean' } } as const;
  const { values } = readOptions(args, options, 'npm run access -- [map] [--json | --write]');
  const mapped = accessMap(checkSchema(executableSchema()));
  if (values.write) {
    writing(MAP_FILE, () => fs.writeFileSync(MAP_FILE, mapMarkdown(mapped, WRITE_MAP)));
    print('schema/access-map.md is what the schema says.');
  } else print(values.json ? JSON.stringify(mapped, null, 2) : mapText(mapped, paint));
  return 0;
};

/** Coloured on a terminal, unless NO_COLOR is set. */
function paint(words: string, cell: Cell | null): string {
  return styleText(cell === null ? 'dim' : COLOURS[cell.outcome], words, { stream: process.stdout });
}

const COLOURS = {
  allowed: 'green',
  'own rows': 'cyan',
  withheld: 'yellow',
  'no rows': 'yellow',
  refused: 'red',
} as const;

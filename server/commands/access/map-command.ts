import fs from 'node:fs';
import { paintCell } from '../../access/cli/map-command.ts';
import { accessMap, checkSchema, renderMapMarkdown, renderMapText } from '../../access/index.ts';
import { executableSchema } from '../../executable-schema.ts';
import type { Command } from '../../operations/run-command.ts';
import { explainWriteErrors } from '../../operations/operator-error.ts';
import { inRoot } from '../../operations/paths.ts';
import { parseOptions } from '../../operations/parse-options.ts';

/** The committed access map, which `--write` updates and a test compares with the schema. */
export const MAP_FILE = inRoot('schema', 'access-map.md');
/** The command that updates it. */
export const WRITE_MAP_COMMAND = 'npm run access -- --write';

/** `npm run access`: prints the access map for a terminal or as JSON, or writes the committed file. */
export const mapCommand: Command = async ({ args, print }) => {
  const options = { json: { type: 'boolean' }, write: { type: 'boolean' } } as const;
  const { values } = parseOptions(args, options, 'npm run access -- [map] [--json | --write]');
  const accessMapData = accessMap(checkSchema(executableSchema()));
  if (values.write) {
    explainWriteErrors(MAP_FILE, () => fs.writeFileSync(MAP_FILE, renderMapMarkdown(accessMapData, WRITE_MAP_COMMAND)));
    print('schema/access-map.md is written.');
  } else print(values.json ? JSON.stringify(accessMapData, null, 2) : renderMapText(accessMapData, paintCell));
  return 0;
};

import fs from 'node:fs';
import { expect, test } from 'vitest';
import { accessMap, checkSchema, renderMapMarkdown } from '../server/access/index.ts';
import { MAP_FILE, WRITE_MAP_COMMAND } from '../server/commands/access/map-command.ts';
import { executableSchema } from '../server/executable-schema.ts';

// covers: ACCESS-26, ENGINE-11
test('schema/access-map.md is up to date with the schema', () => {
  const written = renderMapMarkdown(accessMap(checkSchema(executableSchema())), WRITE_MAP_COMMAND);
  const message = `schema/access-map.md is out of date: run \`${WRITE_MAP_COMMAND}\` and review the changes.`;
  expect(fs.readFileSync(MAP_FILE, 'utf8') === written, message).toBe(true);
});

import fs from 'node:fs';
import { expect, test } from 'vitest';
import { accessMap, checkSchema, mapMarkdown } from '../server/access/index.ts';
import { MAP_FILE, WRITE_MAP } from '../server/cli/access/map.ts';
import { executableSchema } from '../server/schema.ts';

test('the access map is what the schema says', () => {
  const written = mapMarkdown(accessMap(checkSchema(executableSchema())), WRITE_MAP);
  const message = `schema/access-map.md is out of date: run \`${WRITE_MAP}\`, and read what has changed.`;
  expect(fs.readFileSync(MAP_FILE, 'utf8') === written, message).toBe(true);
});

import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { inRoot } from '../../server/operations/paths.ts';
import { ERROR_GUIDE, INPUT_RULE_GUIDE } from '../../server/error-guide.ts';
import { INPUT_RULES, PUBLIC_CODES } from '../../server/errors.ts';
import { CLIENTS_FILE, renderClientsDocument } from '../../tools/client-docs/render.ts';
import { ACCOUNT_ERROR_GUIDE } from '../../web/auth/account-error-guide.ts';
import { rowsOf } from './markdown.ts';

const DOCUMENT = fs.readFileSync(inRoot(CLIENTS_FILE), 'utf8');
const told = new Set(rowsOf(DOCUMENT).map(({ cells: [name = ''] }) => name));

/** A code as the sources of the accounts write it: in an error, or as the first argument of a function that makes one. */
const CODE = /(?:\bcode: |\b(?:rejected|invalid)\(|\berrorResponse\(\d+, )'([A-Z][A-Z_]+)'/g;

const sources = fs
  .readdirSync(inRoot('web/auth'))
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'account-error-guide.ts');

describe('docs/clients.md', () => {
  // covers: CLIENT-08
  test('is what `npm run codegen` makes of the codes and of the example', () => {
    expect(DOCUMENT).toBe(renderClientsDocument(inRoot()));
  });

  // covers: CLIENT-08
  test('has a row for each public code, rule and account code', () => {
    const expected = [...Object.keys(PUBLIC_CODES), ...INPUT_RULES, ...Object.keys(ACCOUNT_ERROR_GUIDE)];
    expect(expected.filter((name) => !told.has(`\`${name}\``))).toEqual([]);
  });

  // covers: CLIENT-08
  test('every meaning and every advice is a sentence', () => {
    const texts = [
      ...[...Object.values(ERROR_GUIDE), ...Object.values(ACCOUNT_ERROR_GUIDE)].flatMap(({ meaning, advice }) => [
        meaning,
        advice,
      ]),
      ...Object.values(INPUT_RULE_GUIDE),
    ];
    expect(texts.filter((text) => !/^[A-Z`].*\.$/.test(text))).toEqual([]);
  });
});

// covers: CLIENT-08
test('the accounts’ sources answer with no code that the table of account errors lacks', () => {
  const found = sources.flatMap((name) =>
    [...fs.readFileSync(path.join(inRoot('web/auth'), name), 'utf8').matchAll(CODE)].map(([, code = '']) => code),
  );
  expect(found.length).toBeGreaterThan(20);
  expect([...new Set(found)].filter((code) => !Object.hasOwn(ACCOUNT_ERROR_GUIDE, code))).toEqual([]);
});

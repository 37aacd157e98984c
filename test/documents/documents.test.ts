import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { BENCHMARKS } from '../../tools/bench/benchmark-list.ts';
import { SETTING_NAMES } from '../../runtime/settings.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { PRODUCT_MUTANTS } from '../../tools/mutation/product/product-mutants.ts';
import { CORPORA } from '../tokens/corpus/corpus.ts';
import { anchorsOf, linksOf, rowsOf } from './markdown.ts';

/** Folders without documents of this repository: packages, builds, generated files. */
const isForeign = (name: string) => name.startsWith('.') || ['node_modules', 'generated', 'dist'].includes(name);

function* markdownIn(folder: string): Generator<string> {
  for (const entry of fs.readdirSync(inRoot(folder), { withFileTypes: true })) {
    if (isForeign(entry.name)) continue;
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) yield* markdownIn(file);
    else if (file.endsWith('.md')) yield file;
  }
}

const textOf = (file: string) => fs.readFileSync(inRoot(file), 'utf8');
const isThere = (file: string) => fs.existsSync(inRoot(file));
const isTest = (file: string | null) => file !== null && /\.(test\.tsx?|spec\.ts)$/.test(file);

const DOCUMENTS = [...markdownIn('.')];
const SCRIPTS = Object.keys((JSON.parse(textOf('package.json')) as { scripts: object }).scripts);

test('finds the documents', () => {
  expect(DOCUMENTS).toEqual(
    expect.arrayContaining(['README.md', 'server/access/README.md', 'docs/security.md', 'test/README.md']),
  );
});

describe.each(DOCUMENTS)('in %s', (file) => {
  const text = textOf(file);
  const inside = linksOf(file, text).flatMap(({ target, ...link }) => (target === null ? [] : [{ ...link, target }]));

  test('links to existing files and folders', () => {
    const lost = inside.filter(({ target }) => target.startsWith('..') || !isThere(target));
    expect(lost.map(({ line, target }) => `${file}:${line} ${target}`)).toEqual([]);
  });

  test('links to existing headings', () => {
    const lost = inside.filter(
      ({ target, anchor }) => anchor !== null && !(target.endsWith('.md') && anchorsOf(textOf(target)).has(anchor)),
    );
    expect(lost.map(({ line, target, anchor }) => `${file}:${line} ${target}#${anchor}`)).toEqual([]);
  });

  test('a link whose text is a file name leads to a file of that name', () => {
    const misnamed = inside
      .filter(({ isCode, text: name }) => isCode && /^[\w./[\]-]+(\.\w+|\/)$/.test(name))
      .filter(({ text: name, target }) => !isNamed(target, name.replace(/\/$/, '')));
    expect(misnamed.map(({ line, text: name, target }) => `${file}:${line} ${name} is ${target}`)).toEqual([]);
  });

  test('names only existing commands', () => {
    const told = [...text.matchAll(/npm run (?:--silent )?([a-z]+)/g)].map(([, script = '']) => script);
    expect(told.filter((script) => !SCRIPTS.includes(script))).toEqual([]);
  });
});

/** A path may omit leading folders, and a migration its timestamp. */
function isNamed(target: string, name: string): boolean {
  return `/${target}`.endsWith(`/${name}`) || `/${target.replace(/\d{10,}-([^/]+)$/, '$1')}`.endsWith(`/${name}`);
}

test('each guarantee of the README links to its implementation and its test', () => {
  const [, section = ''] = textOf('README.md').split(/^## Guarantees$/m);
  const guarantees = (section.split(/^##/m)[0] ?? '').split('\n').filter((line) => /^\d+\. /.test(line));
  const open = guarantees.filter((line) => {
    const targets = linksOf('README.md', line).map(({ target }) => target);
    return !targets.some(isTest) || targets.every(isTest);
  });
  expect(guarantees.length).toBeGreaterThan(5);
  expect(open).toEqual([]);
});

test('the README gives the number of bad tokens', () => {
  for (const { forge, tokens } of CORPORA)
    expect(textOf('test/README.md')).toContain(`${tokens.length} in \`${forge.mode}\` mode`);
});

test('every class of mutants is named in docs/security.md', () => {
  const classes = new Set(PRODUCT_MUTANTS.map(({ rule }) => rule));
  const told = textOf('docs/security.md');
  expect([...classes].filter((name) => !told.includes(`“${name}”`))).toEqual([]);
});

test('a document describes every command', () => {
  const all = DOCUMENTS.map(textOf).join('\n');
  expect(SCRIPTS.filter((script) => !new RegExp(`npm (run )?(--silent )?${script}\\b`).test(all))).toEqual([]);
});

test('docs/settings.md has a row for every setting', () => {
  const told = rowsOf(textOf('docs/settings.md')).map(({ cells: [name] }) => name);
  expect(SETTING_NAMES.filter((name) => !told.includes(`\`${name}\``))).toEqual([]);
});

test('tools/bench/README.md describes every benchmark', () => {
  const told = linksOf('tools/bench/README.md', textOf('tools/bench/README.md')).map(({ text }) => text);
  expect([...BENCHMARKS.keys()].filter((name) => !told.includes(name))).toEqual([]);
});

test('each decision has its own number', () => {
  const numbers = fs.readdirSync(inRoot('docs/decisions')).map((name) => name.slice(0, 3));
  expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
});

test('every decision has a status, a date and what else was considered', () => {
  const incomplete = fs.readdirSync(inRoot('docs/decisions')).filter((name) => {
    const text = textOf(`docs/decisions/${name}`);
    return ![/^# \d{3}: /m, /^Status: \w/m, /^Date: \d{4}-\d\d-\d\d$/m, /^## Considered$/m].every((part) =>
      part.test(text),
    );
  });
  expect(incomplete).toEqual([]);
});

test('README.md has at most 150 lines and 1,600 words', () => {
  const text = textOf('README.md');
  expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  expect(text.split(/\s+/).length).toBeLessThanOrEqual(1_600);
});

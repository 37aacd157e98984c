import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { BENCHMARKS } from '../../tools/bench/benchmark-list.ts';
import { SETTING_NAMES } from '../../runtime/settings.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { PRODUCT_MUTANTS } from '../../tools/mutation/product/product-mutants.ts';
import { CORPORA } from '../tokens/corpus/corpus.ts';
import { anchorsOf, citationsOf, linksOf, rowsOf, titlesOf } from './markdown.ts';

/** What belongs to nobody who writes here: packages, builds, and what a run leaves behind. */
const isIgnored = (name: string) => name.startsWith('.') || name === 'node_modules' || name === 'generated';

function* markdownIn(folder: string): Generator<string> {
  for (const entry of fs.readdirSync(inRoot(folder), { withFileTypes: true })) {
    if (isIgnored(entry.name)) continue;
    const file = path.posix.join(folder, entry.name);
    if (entry.isDirectory()) yield* markdownIn(file);
    else if (file.endsWith('.md')) yield file;
  }
}

const textOf = (file: string) => fs.readFileSync(inRoot(file), 'utf8');
const exists = (file: string) => fs.existsSync(inRoot(file));
const isTest = (file: string | null) => file !== null && /\.(test\.tsx?|spec\.ts)$/.test(file);

const DOCUMENTS = [...markdownIn('.')];
/** Those in which every claim names its test. */
const DOCUMENTS_WITH_PROOFS = ['docs/security.md', 'test/README.md'];
const SCRIPTS = Object.keys((JSON.parse(textOf('package.json')) as { scripts: object }).scripts);

test('the documents are all looked at', () => {
  expect(DOCUMENTS).toEqual(expect.arrayContaining(['README.md', 'server/access/README.md', ...DOCUMENTS_WITH_PROOFS]));
});

describe.each(DOCUMENTS)('in %s', (file) => {
  const text = textOf(file);
  const internalLinks = linksOf(file, text).flatMap(({ target, ...link }) =>
    target === null ? [] : [{ ...link, target }],
  );

  test('every link leads to a file or folder of this repository', () => {
    const brokenLinks = internalLinks.filter(({ target }) => target.startsWith('..') || !exists(target));
    expect(brokenLinks.map(({ line, target }) => `${file}:${line} ${target}`)).toEqual([]);
  });

  test('every link to a heading finds it', () => {
    const brokenLinks = internalLinks.filter(
      ({ target, anchor }) => anchor !== null && !(target.endsWith('.md') && anchorsOf(textOf(target)).has(anchor)),
    );
    expect(brokenLinks.map(({ line, target, anchor }) => `${file}:${line} ${target}#${anchor}`)).toEqual([]);
  });

  test('a link that is written as a file’s name leads to a file of that name', () => {
    const misnamed = internalLinks
      .filter(({ isCode, text: name }) => isCode && /^[\w./[\]-]+(\.\w+|\/)$/.test(name))
      .filter(({ text: name, target }) => !isNamed(target, name.replace(/\/$/, '')));
    expect(misnamed.map(({ line, text: name, target }) => `${file}:${line} ${name} is ${target}`)).toEqual([]);
  });

  test('every command that is told of is there', () => {
    const documented = [...text.matchAll(/npm run (?:--silent )?([a-z]+)/g)].map(([, script = '']) => script);
    expect(documented.filter((script) => !SCRIPTS.includes(script))).toEqual([]);
  });
});

/** A path may be cut at its front, and a migration told without the time in its name. */
function isNamed(target: string, name: string): boolean {
  return `/${target}`.endsWith(`/${name}`) || `/${target.replace(/\d{10,}-([^/]+)$/, '$1')}`.endsWith(`/${name}`);
}

describe.each(DOCUMENTS_WITH_PROOFS)('in %s', (file) => {
  test('every title in italics is that of a test in the file before it', () => {
    const unknown = citationsOf(file, textOf(file)).filter(
      ({ title, target }) => target === null || !isTest(target) || !exists(target) || !titlesIn(target).has(title),
    );
    expect(unknown.map(({ line, title, target }) => `${file}:${line} ${target}: ${title}`)).toEqual([]);
  });
});

const known = new Map<string, ReadonlySet<string>>();
function titlesIn(file: string): ReadonlySet<string> {
  const titles = known.get(file) ?? titlesOf(textOf(file));
  known.set(file, titles);
  return titles;
}

test('every threat has what stops it and a test by its title, or says what remains because there is none', () => {
  const file = 'docs/security.md';
  const leadTo = (cell: string, wanted: (target: string) => boolean) =>
    linksOf(file, cell).some(({ target }) => target !== null && wanted(target));
  const open = rowsOf(textOf(file)).filter(({ cells: [threat, stoppedBy = '', tested = '', remains, ...more] }) => {
    const isTold = threat !== '' && remains !== undefined && more.length === 0;
    const isTested = leadTo(tested, isTest) && citationsOf(file, tested).length > 0;
    return !isTold || !leadTo(stoppedBy, (target) => !isTest(target)) || !(isTested || remains !== '');
  });
  expect(open.map(({ line, cells }) => `${file}:${line} ${cells[0]}`)).toEqual([]);
});

test('every guarantee of the README leads to what keeps it and to its test', () => {
  const [, section = ''] = textOf('README.md').split(/^## Guarantees$/m);
  const guarantees = (section.split(/^##/m)[0] ?? '').split('\n').filter((line) => /^\d+\. /.test(line));
  const open = guarantees.filter((line) => {
    const targets = linksOf('README.md', line).map(({ target }) => target);
    return !targets.some(isTest) || targets.every(isTest);
  });
  expect(guarantees.length).toBeGreaterThan(5);
  expect(open).toEqual([]);
});

test('every requirement has a test, or says that it has none', () => {
  const rows = rowsOf(textOf('test/README.md')).filter(({ cells }) => cells.length === 2);
  const claims = rows.filter(
    ({ cells: [, tested = ''] }) =>
      !linksOf('test/README.md', tested).some(({ target }) => isTest(target)) && !/^(not|as|no test)\b/.test(tested),
  );
  expect(claims.map(({ line, cells }) => `${line}: ${cells.join(' | ')}`)).toEqual([]);
});

test('the bad tokens are as many as the README says', () => {
  for (const { forge, tokens } of CORPORA)
    expect(textOf('test/README.md')).toContain(`${tokens.length} in \`${forge.mode}\` mode`);
});

test('every class of faults that are put into the product is a class of threats', () => {
  const classes = new Set(PRODUCT_MUTANTS.map(({ rule }) => rule));
  const documented = textOf('docs/security.md');
  expect([...classes].filter((name) => !documented.includes(`“${name}”`))).toEqual([]);
});

test('every command is told of in a document', () => {
  const all = DOCUMENTS.map(textOf).join('\n');
  expect(SCRIPTS.filter((script) => !new RegExp(`npm (run )?(--silent )?${script}\\b`).test(all))).toEqual([]);
});

test('every setting is in a row of the README', () => {
  const documented = rowsOf(textOf('README.md')).map(({ cells: [name] }) => name);
  expect(SETTING_NAMES.filter((name) => !documented.includes(`\`${name}\``))).toEqual([]);
});

test('every benchmark is told of in tools/bench/README.md', () => {
  const documented = linksOf('tools/bench/README.md', textOf('tools/bench/README.md')).map(({ text }) => text);
  expect([...BENCHMARKS.keys()].filter((name) => !documented.includes(name))).toEqual([]);
});

test('no two decisions have one number', () => {
  const numbers = fs.readdirSync(inRoot('docs/decisions')).map((name) => name.slice(0, 3));
  expect(numbers.filter((number, index) => numbers.indexOf(number) !== index)).toEqual([]);
});

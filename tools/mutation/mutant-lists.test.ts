import fs from 'node:fs';
import path from 'node:path';
import { minifySync, transformWithOxc } from 'vite';
import { describe, expect, test } from 'vitest';
import { inRoot } from '../../server/operations/paths.ts';
import { applyMutant } from './apply-mutant.ts';
import type { Mutant } from './mutant.ts';
import { MUTANT_LISTS } from './mutant-lists.ts';
import { SENTINELS } from './sentinels.ts';

const ALL = Object.values(MUTANT_LISTS).flat();
/** The number of mutants; those of the engine run on two versions of graphql. */
const COUNT = new Set(ALL.map(({ rule, file, name }) => `${rule} ${file} ${name}`)).size;
const textOf = (file: string) => fs.readFileSync(inRoot(file), 'utf8');

/** The messages of the mutants that cannot be made. */
const problemsOf = (mutants: readonly Mutant[], read: (file: string) => string) =>
  mutants.flatMap((mutant) => {
    try {
      applyMutant(read(mutant.file), mutant);
      return [];
    } catch (error) {
      return [error instanceof Error ? error.message : String(error)];
    }
  });

describe.each([...Object.entries(MUTANT_LISTS), ['sentinels', SENTINELS] as const])(
  'in the list "%s"',
  (_, mutants) => {
    // covers: ENGINE-15
    test('every mutant can be made: its declaration is found, the result differs and parses', () => {
      expect(problemsOf(mutants, textOf)).toEqual([]);
    });

    // covers: ENGINE-15
    test('every test file that must fail exists', () => {
      const missing = mutants.filter(
        ({ killedBy }) => !/\.test\.tsx?$/.test(killedBy) || !fs.existsSync(inRoot(killedBy)),
      );
      expect(missing).toEqual([]);
    });

    test('every mutant has a unique name', () => {
      const names = mutants.map(({ rule, name }) => `${rule}: ${name}`);
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    });
  },
);

test('every mutant can be made when local variables are renamed, types and comments removed and the layout changed', async () => {
  const rewritten = new Map<string, string>();
  for (const file of new Set(ALL.map((mutant) => mutant.file).filter((name) => !name.endsWith('.graphql')))) {
    const { code } = await transformWithOxc(textOf(file), path.basename(file), { lang: 'ts', target: 'esnext' });
    const minified = minifySync(file, code, {
      module: true,
      compress: false,
      mangle: { toplevel: false },
      codegen: { removeWhitespace: true },
    });
    expect(minified.errors).toEqual([]);
    rewritten.set(file, minified.code);
  }
  expect(rewritten.get('server/access/authorize.ts')).toContain('export function authorize(e,t,n,');
  expect(problemsOf(ALL, (file) => rewritten.get(file) ?? textOf(file))).toEqual([]);
});

test('the lists have 60 to 120 mutants together', () => {
  expect(COUNT).toBeGreaterThanOrEqual(60);
  expect(COUNT).toBeLessThanOrEqual(120);
});

// covers: ENGINE-15
test('the list of the product has thirty mutants or more', () => {
  expect(MUTANT_LISTS['product']?.length).toBeGreaterThanOrEqual(30);
});

// covers: ENGINE-15
test.each([
  'rows of other users',
  'arguments',
  'writes',
  'oracles',
  'sharing between requests',
  'row security',
  'cross-owner reads',
  'authorization',
  'the guard',
])('the list of the product has a mutant of the class "%s"', (name) => {
  expect(MUTANT_LISTS['product']?.filter(({ rule }) => rule === name)).not.toEqual([]);
});

test('every mutant of the engine runs on graphql 16 and on 17', () => {
  const namesOf = (list: string) => MUTANT_LISTS[list]?.map(({ name, project = 'unit' }) => `${project} ${name}`) ?? [];
  for (const name of namesOf('access')) expect(namesOf('access-17')).toContain(name.replace('unit', 'engine-17'));
  expect(MUTANT_LISTS['access-17']?.filter(({ rule }) => rule === 'graphql 17')).not.toEqual([]);
});

test.each([
  'authorize',
  'compile-operation',
  'guard',
  'policy',
  'check-schema',
  'introspection-schema',
  'access-viewer',
])('the list of the engine has a mutant of %s.ts', (name) => {
  expect(MUTANT_LISTS['access']?.filter(({ file }) => file === `server/access/${name}.ts`)).not.toEqual([]);
});

test.each(['UNAUTHENTICATED', 'FORBIDDEN', 'EMAIL_NOT_VERIFIED', 'STEP_UP_REQUIRED'])(
  'the list of the engine has a mutant of the check that refuses with %s',
  (reason) => {
    const changes = MUTANT_LISTS['access']?.filter(({ change }) => change.label.includes(reason));
    expect(changes).not.toEqual([]);
  },
);

test.each([
  ['extensions ignored', /`extend`/],
  ['interfaces ignored', /of interfaces are ignored/],
  ['first condition only', /first rule/],
  ['an empty list of roles passes', /`orRoles` admits/],
  ['a promise taken for its value', /promise/],
  ['values checked before authentication', /before authentication/],
])('the list of the engine has a known mistake of other authorization layers: %s', (_, name) => {
  expect(MUTANT_LISTS['access']?.filter((mutant) => name.test(mutant.name))).not.toEqual([]);
});

test.each([
  ['engine', 'access-17', 'the access engine'],
  ['product', 'product', 'the rest of the product'],
])('%s/README.md is the table of its list: `vitest -u` rewrites it', async (folder, list, subject) => {
  const link = (file: string) => `[${path.posix.basename(file)}](../../../${file})`;
  const table = [
    `# Mutants of ${subject}`,
    '',
    'Each is one attack that becomes possible when one check is missing. `npm run mutants` makes each in a copy of the',
    'repository and demands that the test beside it fails.',
    '',
    '| class | attack | change | file | killed by |',
    '|---|---|---|---|---|',
    ...(MUTANT_LISTS[list] ?? []).map(
      ({ rule, name, file, in: declaration, change, killedBy }) =>
        `| ${rule} | ${name} | \`${change.label.replaceAll('|', '\\|')}\`${declaration === undefined ? '' : ` in \`${declaration}\``} | ${link(file)} | ${link(killedBy)} |`,
    ),
    '',
  ];
  await expect(table.join('\n')).toMatchFileSnapshot(`${folder}/README.md`);
});

test('docs/proof.md gives the number of mutants', () => {
  const proof = textOf('docs/proof.md');
  expect(proof).toContain(`> ${COUNT} mutants`);
  const counts = [...proof.matchAll(/\[(\d+) into the /g)].map(([, count]) => Number(count));
  expect(counts).toEqual([MUTANT_LISTS['access-17']?.length, MUTANT_LISTS['product']?.length]);
});

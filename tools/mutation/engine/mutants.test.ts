import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ACCESS_MUTANTS } from './index.ts';

const ENGINE = join(import.meta.dirname, '..');
const textOf = (file: string) => readFileSync(join(ENGINE, file), 'utf8');
const sourcesIn = (folder: string) =>
  readdirSync(join(ENGINE, folder)).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));

/** The law: one rule a file at the start, and every function that another file of the engine calls. */
const START_RULES = sourcesIn('start')
  .filter((name) => name !== 'context.ts')
  .map((name) => name.replace('.ts', ''));
const JUDGING = [
  'check',
  'compile',
  'describe',
  'element',
  'execute',
  'graphql-version',
  'guard',
  'introspect',
  'judge',
  'operation',
  'policy',
  'possible',
  'read',
  'refusal',
  'split',
  'viewer',
  'visible',
];
const CALLED = JUDGING.flatMap((name) =>
  [...textOf(`${name}.ts`).matchAll(/^export function (\w+)/gm)].map(([, called = '']) => called),
);

const ofRule = (rule: string) => ACCESS_MUTANTS.filter((fault) => fault.rule === rule);

describe('the list of seeded faults', () => {
  test.each(START_RULES)('has two or more for the start rule %s', (rule) => {
    expect(ofRule(rule).length).toBeGreaterThanOrEqual(2);
  });

  // What these two do is done by others below them in their files.
  const SPOKEN_FOR: Readonly<Record<string, string>> = { compileOperation: 'walk', visibleTo: 'isOfUse' };
  test.each(CALLED)('has two or more for %s', (called) => {
    expect(ofRule(SPOKEN_FOR[called] ?? called).length).toBeGreaterThanOrEqual(2);
  });

  test('names rules that are in the file of the fault', () => {
    for (const { rule, file } of ACCESS_MUTANTS)
      expect(textOf(file.replace('server/access/', ''))).toMatch(new RegExp(`(function\\*?|const|class) ${rule}\\b`));
  });

  test('has two or more for each reason of a refusal', () => {
    for (const reason of ['UNAUTHENTICATED', 'FORBIDDEN', 'EMAIL_NOT_VERIFIED', 'STEP_UP_REQUIRED'])
      expect(ofRule('reasonAgainst').filter(({ name }) => name.startsWith(`${reason}: `)).length).toBeGreaterThan(1);
  });

  test.each([
    'merged directives',
    'extension rules ignored',
    'interface rules ignored',
    'first condition only',
    'empty list passes',
    'promise taken for true',
    'arguments judged before coercion',
    'null equals null',
  ])('has the mistake that others have made: %s', (mistake) => {
    expect(ACCESS_MUTANTS.filter(({ name }) => name.includes(mistake))).not.toEqual([]);
  });

  test('is the table in faults/README.md: `vitest -u` writes it anew', async () => {
    const rows = ACCESS_MUTANTS.map(({ rule, name, file, killedBy }) => {
      const link = (path: string) => `[${path.replace('server/access/', '')}](${path.replace('server/access', '..')})`;
      return `| \`${rule}\` | ${name} | ${link(file)} | ${link(killedBy)} |`;
    });
    const table = [
      '# Seeded faults',
      '',
      'Each was put into a copy of the engine, and the test named beside it went red: `npm run faults -- access`.',
      '',
      '| rule | fault | put into | killed by |',
      '|---|---|---|---|',
      ...rows,
      '',
    ];
    await expect(table.join('\n')).toMatchFileSnapshot('README.md');
  });
});

import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PRODUCT_MUTANTS } from './product-mutants.ts';

describe('the list of the product’s faults', () => {
  // covers: ENGINE-15
  test.each([
    'rows of another',
    'arguments',
    'writes',
    'oracles',
    'sharing between requests',
    'row security',
    'every owner',
    'the judgement',
    'the guard',
  ])('has one or more for the class "%s" of attacks on access', (name) => {
    expect(PRODUCT_MUTANTS.filter(({ rule }) => rule === name)).not.toEqual([]);
  });

  // covers: ENGINE-15
  test('has at least thirty', () => {
    expect(PRODUCT_MUTANTS.length).toBeGreaterThanOrEqual(30);
  });

  test('is the table in README.md: `vitest -u` writes it anew', async () => {
    const link = (file: string) => `[${path.posix.basename(file)}](../../${file})`;
    const table = [
      '# Faults of the product',
      '',
      'Mistakes outside the engine, one or more for each class of attacks. Each was put into a copy of the tree, and the test',
      'named beside it went red: `npm run faults -- product`. Those of the engine are in',
      '[a list of their own](../../server/access/faults/README.md).',
      '',
      '| class | fault | put into | killed by |',
      '|---|---|---|---|',
      ...PRODUCT_MUTANTS.map(
        ({ rule, name, file, killedBy }) => `| ${rule} | ${name} | ${link(file)} | ${link(killedBy)} |`,
      ),
      '',
    ];
    await expect(table.join('\n')).toMatchFileSnapshot('README.md');
  });
});

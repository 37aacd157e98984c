import fs from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Mutant } from './engine/mutant.ts';
import { inRoot } from '../../server/operations/paths.ts';
import { applyMutant } from './apply-mutant.ts';
import { MUTANT_LISTS } from './mutant-lists.ts';

describe.each(Object.entries(MUTANT_LISTS))('in the list "%s"', (_, faults) => {
  // covers: ENGINE-15
  test('every fault finds its text exactly once, and changes it', () => {
    const broken = faults.flatMap((fault) => {
      try {
        applyMutant(fs.readFileSync(inRoot(fault.file), 'utf8'), fault);
        return [];
      } catch (error) {
        return [error instanceof Error ? error.message : String(error)];
      }
    });
    expect(broken).toEqual([]);
  });

  // covers: ENGINE-15
  test('every test that shall go red is there', () => {
    const missing = faults.filter(
      ({ killedBy }) => !/\.test\.tsx?$/.test(killedBy) || !fs.existsSync(inRoot(killedBy)),
    );
    expect(missing).toEqual([]);
  });

  test('every fault has a name of its own', () => {
    const names = faults.map(({ rule, name }) => `${rule}: ${name}`);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

describe('withFault', () => {
  const fault: Mutant = {
    rule: 'r',
    name: 'n',
    file: 'f.ts',
    find: '$& one',
    replace: "$' two",
    killedBy: 'f.test.ts',
  };

  test('puts in what it is told, letter by letter', () => {
    expect(applyMutant('a $& one b', fault)).toBe("a $' two b");
  });

  test.each([
    ['has not', 'a', 'has 0 times'],
    ['has twice', '$& one $& one', 'has 2 times'],
  ])('refuses a text that the file %s', (_, text, documentedCounts) => {
    expect(() => applyMutant(text, fault)).toThrow(documentedCounts);
  });

  test('refuses a fault that changes nothing', () => {
    expect(() => applyMutant('$& one', { ...fault, replace: '$& one' })).toThrow('changes nothing in f.ts');
  });
});

test('the README says how many there are', () => {
  const counts = Object.values(MUTANT_LISTS).map(({ length }) => length);
  const readme = fs.readFileSync(inRoot('README.md'), 'utf8');
  expect(readme).toContain(`> ${counts.reduce((sum, count) => sum + count)} mistakes, put on purpose`);
  const documentedCounts = [...readme.matchAll(/\[(\d+) (?:mistakes )?into the /g)].map(([, count]) => Number(count));
  expect(documentedCounts).toEqual(counts);
});

import { createRandom } from './seeded-random.ts';

/** Random candidates for each row; the best is kept. */
const CANDIDATES = 12;

/**
 * Returns rows in which every two values of two different factors occur together at least once (Cohen et al., The AETG System, 1997).
 * @param sizes number of values of each factor
 * @returns rows of value indexes, one for each factor; the same rows for the same sizes
 */
export function pairwise(sizes: readonly number[]): readonly (readonly number[])[] {
  const random = createRandom(sizes.reduce((sum, size) => sum * 31 + size, 7));
  const uncovered = new Set<string>();
  for (const [one, many] of sizes.entries())
    for (let other = one + 1; other < sizes.length; other++)
      for (let a = 0; a < many; a++)
        for (let b = 0; b < (sizes[other] ?? 0); b++) uncovered.add(pair(one, a, other, b));
  if (uncovered.size === 0) return Array.from({ length: sizes[0] ?? 1 }, (_, index) => [index]);

  const rows: number[][] = [];
  while (uncovered.size > 0) {
    let best: number[] = [];
    let most = 0;
    for (let candidate = 0; candidate < CANDIDATES || most === 0; candidate++) {
      const row = sizes.map((size) => random.next(size));
      if (candidate === 0 || most === 0) coverPair(row, firstEntry(uncovered));
      const covers = pairsIn(row).filter((name) => uncovered.has(name)).length;
      if (covers > most) [best, most] = [row, covers];
    }
    for (const name of pairsIn(best)) uncovered.delete(name);
    rows.push(best);
  }
  return rows;
}

function pair(one: number, a: number, other: number, b: number): string {
  return `${one} ${a} ${other} ${b}`;
}

function pairsIn(row: readonly number[]): readonly string[] {
  return row.flatMap((a, one) => row.slice(one + 1).map((b, offset) => pair(one, a, one + 1 + offset, b)));
}

function firstEntry(uncovered: ReadonlySet<string>): string {
  const [name = ''] = uncovered;
  return name;
}

/** Puts an uncovered pair into a row, so that every row covers at least one. */
function coverPair(row: number[], name: string): void {
  const [one = 0, a = 0, other = 0, b = 0] = name.split(' ').map(Number);
  row[one] = a;
  row[other] = b;
}

import { expect, test } from 'vitest';
import { printReport } from './report.ts';

test('prints a report with aligned columns and three significant figures', () => {
  const lines: string[] = [];
  const rows = [
    ['list', 1_234.56, 0.987, null],
    ['one by id', 45.67, 12, Number.NaN],
  ];
  const tables = [{ title: 'Requests', columns: ['work', 'µs', 'ratio', 'spread'], rows }];
  printReport('requests', { notes: ['On one machine.'], tables }, (line) => lines.push(line));
  expect(lines).toEqual([
    'requests',
    '  On one machine.',
    '',
    '  Requests',
    '  work          µs   ratio   spread',
    '  list        1235    0.99        –',
    '  one by id   45.7      12        ?',
  ]);
});

import { describe, expect, test } from 'vitest';
import { COLUMNS, comparisonTable } from './comparison-table.ts';
import type { PeerMeasurement } from './measure-peer.ts';
import { drawPicture } from './picture.ts';

const measurement = (node: number, postgres: number): PeerMeasurement => ({
  node,
  postgres,
  throughput: 1_000,
  p50: 1,
  p99: 2,
  memory: 100,
});

const MEASURED = [
  { key: 'without', title: 'Without', rounds: [] },
  {
    key: 'fieldgate',
    title: 'Fieldgate',
    rounds: [measurement(300, 100), measurement(400, 200), measurement(500, 300)],
  },
  { key: 'cheap', title: 'A & <B>', rounds: [measurement(150, 50), measurement(100, 50), measurement(300, 100)] },
];

describe('comparisonTable', () => {
  test('puts the cheapest server first, and one without figures last', () => {
    const { rows } = comparisonTable('list', MEASURED);
    expect(rows.map(([server]) => server)).toEqual(['A & <B>', 'Fieldgate', 'Without']);
    expect(rows.at(-1)?.slice(1)).toEqual(COLUMNS.slice(1).map(() => null));
  });

  test('divides Fieldgate’s sum by the server’s, by medians and by the median of the rounds’ ratios', () => {
    const { rows } = comparisonTable('list', MEASURED);
    const cheap = Object.fromEntries(COLUMNS.map((column, index) => [column, rows[0]?.[index]]));
    expect(cheap).toMatchObject({ 'Node, µs': 150, 'PostgreSQL, µs': 50, 'sum, µs': 200 });
    // 600 ÷ 200; of 400 ÷ 200, 600 ÷ 150 and 800 ÷ 400 the middle.
    expect(cheap).toMatchObject({ 'Fieldgate ÷ it': 3, 'by rounds': 2 });
  });

  test('has no ratio when Fieldgate was not measured', () => {
    const { rows } = comparisonTable('list', MEASURED.slice(2));
    expect(rows[0]?.slice(5, 7)).toEqual([null, null]);
  });
});

describe('drawPicture', () => {
  const report = { notes: [], tables: [comparisonTable('list', MEASURED)] };

  test('draws the servers that have figures, with their names escaped', () => {
    const picture = drawPicture(report, 'list', 'a machine');
    expect(picture).toContain('>A &amp; &lt;B&gt;</text>');
    expect(picture).toContain('>600</text>');
    expect(picture).not.toContain('Without');
  });

  test('labels a bar with the table’s sum, and gives it this length, where the medians of its parts add up to another', () => {
    const rounds = [measurement(100, 100), measurement(300, 50), measurement(200, 200)];
    const measured = [
      { key: 'one', title: 'One', rounds },
      { key: 'twice', title: 'Twice', rounds: [measurement(400, 300)] },
    ];
    const table = comparisonTable('list', measured);
    // The medians: 200 and 100, of the sums 350.
    expect(table.rows[0]?.slice(0, 4)).toEqual(['One', 200, 100, 350]);
    const picture = drawPicture({ notes: [], tables: [table] }, 'list', 'a machine');
    const labels = [...picture.matchAll(/">(\d+)<\/text>/g)].map(([, label]) => label);
    expect(labels).toEqual(['350', '700']);
    const widths = [...picture.matchAll(/width="([\d.]+)" height="18"/g)].map(([, width]) => Number(width));
    const [node = 0, postgres = 0, nodeOfTwice = 0, postgresOfTwice = 0] = widths;
    expect((node + postgres) / (nodeOfTwice + postgresOfTwice)).toBeCloseTo(1 / 2, 2);
    expect(node / postgres).toBeCloseTo(2, 1);
  });

  test('refuses a table that the report does not have, and names those that it has', () => {
    expect(() => drawPicture(report, 'create', 'a machine')).toThrow(
      'The report has no table "create". Its tables: list',
    );
  });
});
